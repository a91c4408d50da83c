import { compiled } from './ava.compiled.js';
import { reported } from './ava.reported.js';

// Integration tests of what is promised within seconds: one file at a time, so that none is late for another's sake.
const names = ['services', 'hostile-engines', 'watchers'];
export const promising = names.map((name) => `test/integration/${name}.test.ts`);

/** What all integration tests have in common. */
export const integration = {
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  timeout: '3m',
};

export default reported(compiled({ ...integration, files: promising, concurrency: 1 }));
