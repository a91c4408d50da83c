import { type Check, inMemory } from './runner/run-check.ts';
import { runChecks, types } from './runner/run-checks.ts';

const quick: readonly Check[] = [
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '.'] },
  types,
  // Hundreds of stores, each of which waits for its disk again and again, where nothing is tested that a disk is to keep.
  { name: 'unit and conformance tests', command: ['ava', '--config', 'ava.config.js'], tmpDir: inMemory() },
];
const withEngines: readonly Check[] = [
  { name: 'integration tests', command: ['ava', '--config', 'ava.integration.config.js'] },
  { name: 'integration tests against the clock', command: ['ava', '--config', 'ava.timed.config.js'] },
];

/** `npm test`; and `npm run check`, which needs no root, no Docker and no Redis. */
await runChecks(process.argv.includes('--quick') ? quick : [...quick, ...withEngines]);
