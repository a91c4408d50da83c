import { reported } from './ava.reported.js';
import timed from './ava.timed.config.js';

export default reported({
  ...timed,
  files: ['test/integration/**/*.test.ts', ...timed.files.map((file) => `!${file}`)],
  // Each file may have a lab of its own. They wait for most of their time; more than two is more than two cores can take.
  concurrency: 2,
});
