import { reported } from './ava.reported.js';

// The same tests as in ava.config.js, compiled by test/main.ts: loading TypeScript takes each file most of its time.
export default reported({
  files: ['.test/test/**/*.test.js', '!.test/test/integration/**'],
  require: ['./.test/test/runner/key-stock.js'],
  workerThreads: false,
  // Many files wait for most of their time.
  concurrency: 3,
  timeout: '60s',
});
