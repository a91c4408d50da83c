import type { Check } from './runner/run-check.ts';
import { runChecks, types } from './runner/run-checks.ts';
import { serverTests, unitTests } from './runner/unit-tests.ts';

const quick: readonly Check[] = [
  { name: 'format and lint', command: ['biome', 'ci', '--colors=off', '--error-on-warnings', '.'] },
  types,
  unitTests,
];
const withEngines: readonly Check[] = [
  { name: 'integration tests', command: ['ava', '--config', 'ava.integration.config.js'] },
  { name: 'integration tests against the clock', command: ['ava', '--config', 'ava.timed.config.js'] },
];

/** Neither `npm run check` nor `npm run check:servers` needs root, Docker or Redis. */
const checks = {
  '--quick': quick,
  '--servers': [types, serverTests],
  '--all': [...quick, serverTests, ...withEngines],
} as const;

const [wanted = '--all'] = process.argv.slice(2);
await runChecks(checks[wanted as keyof typeof checks]);
