import { compiled } from './ava.compiled.js';
import { reported } from './ava.reported.js';

export default reported(
  compiled({
    files: ['test/**/*.test.ts', '!test/integration/**', '!test/docker-image/**', '!test/ca-rotation/**'],
    extensions: { ts: 'module' },
    nodeArguments: ['--import=tsx'],
    workerThreads: false,
    // Many files wait for most of their time.
    concurrency: 3,
    timeout: '60s',
  }),
);
