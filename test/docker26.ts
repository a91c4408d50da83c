import { delimiter, join } from 'node:path';
import { systemRoot } from '../example/lab/system-root.ts';
import { runChecks, types } from './runner/run-checks.ts';

/** `npm run test:docker26`: the integration tests on Docker 26.1, and the store's on Valkey 8.1 and Redis 8.0. */
const root = await systemRoot('26', (line) => process.stdout.write(`${line}\n`));
const onDocker = { SATSUMA_LAB_DOCKER: '26' };
const onStore = (name: string) => ({ PATH: [join(root, 'satsuma', name), process.env.PATH].join(delimiter) });
const ofStore = ['.test/test/integration/store/**/*.test.js'];

await runChecks([
  types,
  {
    name: 'store on Valkey',
    command: ['ava', '--config', 'ava.integration.config.js', ...ofStore],
    env: onStore('valkey'),
  },
  {
    name: 'store on Redis 8',
    command: ['ava', '--config', 'ava.integration.config.js', ...ofStore],
    env: onStore('redis'),
  },
  { name: 'integration tests', command: ['ava', '--config', 'ava.integration.config.js'], env: onDocker },
  { name: 'integration tests against the clock', command: ['ava', '--config', 'ava.timed.config.js'], env: onDocker },
]);
