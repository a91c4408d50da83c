import { inMemory } from './runner/run-check.ts';
import { runChecks, types } from './runner/run-checks.ts';

/** `npm test`. */
await runChecks([
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '.'] },
  types,
  // Hundreds of stores, each of which waits for its disk again and again, where nothing is tested that a disk is to keep.
  { name: 'unit and conformance tests', command: ['ava', '--config', 'ava.config.js'], tmpDir: inMemory() },
  { name: 'integration tests', command: ['ava', '--config', 'ava.integration.config.js'] },
  { name: 'integration tests against the clock', command: ['ava', '--config', 'ava.timed.config.js'] },
]);
