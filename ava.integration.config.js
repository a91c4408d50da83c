export default {
  files: ['test/integration/**/*.test.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  // Each file may have a lab of its own. They wait for most of their time; more than two is more than two cores can take.
  concurrency: 2,
  timeout: '3m',
};
