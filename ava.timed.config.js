import { reported } from './ava.reported.js';

// Integration tests of what is promised within seconds: one file at a time, so that none is late for another's sake.
const promising = ['services', 'watchers', 'many-servers', 'rebalance', 'hostile-engines', 'wrong-clocks', 'catalog'];

export default reported({
  files: promising.map((name) => `test/integration/${name}.test.ts`),
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  concurrency: 1,
  timeout: '3m',
});
