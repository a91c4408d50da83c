import { reported } from './ava.reported.js';

/** Unit tests as test/main.ts runs them: in groups of files that share a process, which test/runner/test-groups.ts writes. */
export default reported({
  files: ['.test/groups/*.test.js'],
  require: ['./.test/test/runner/key-stock.js'],
  workerThreads: false,
  // Longer than test-groups.ts gives a test: AVA's own is ignored for as long.
  timeout: '3m',
});
