export default {
  files: ['test/integration/**/*.test.ts'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  // Each file may have a lab of its own; one at a time is what two cores can take.
  concurrency: 1,
  serial: true,
  timeout: '3m',
};
