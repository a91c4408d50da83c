import type { Check } from './runner/run-check.ts';
import { runChecks, types } from './runner/run-checks.ts';
import { unitTests } from './runner/unit-tests.ts';

const quick: readonly Check[] = [
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '.'] },
  types,
  unitTests,
];
const withEngines: readonly Check[] = [
  { name: 'integration tests', command: ['ava', '--config', 'ava.integration.config.js'] },
  { name: 'integration tests against the clock', command: ['ava', '--config', 'ava.timed.config.js'] },
];

/** `npm test`; and `npm run check`, which needs no root, no Docker and no Redis. */
await runChecks(process.argv.includes('--quick') ? quick : [...quick, ...withEngines]);
