import { server as createServer } from '@hapi/hapi';
import test from 'ava';
import { untilStop } from '../../src/http/until-stop.ts';
import { collectWarnings } from '../fixtures/warnings.ts';

test('requests without number wait for the stop of a server, and Node takes it for no leak', async (t) => {
  const warnings = collectWarnings(t);
  const server = createServer();
  const stopping = untilStop(server);
  let aborted = 0;
  for (let request = 0; request < 100; request++) stopping.addEventListener('abort', () => aborted++);
  await server.initialize();
  await server.stop();
  t.is(aborted, 100);
  await new Promise(setImmediate);
  t.deepEqual(warnings, []);
});
