export default {
  files: ['test/**/*.test.ts', '!test/integration/**'],
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  timeout: '60s',
};
