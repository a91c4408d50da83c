import { server as createServer } from '@hapi/hapi';
import test from 'ava';
import { untilStop } from '../../src/http/until-stop.ts';

test('requests without number wait for the stop of a server, and Node takes it for no leak', async (t) => {
  const warnings: Error[] = [];
  const hear = (warning: Error) => void warnings.push(warning);
  process.on('warning', hear);
  t.teardown(() => process.off('warning', hear));
  const server = createServer();
  const stopping = untilStop(server);
  let told = 0;
  for (let request = 0; request < 100; request++) stopping.addEventListener('abort', () => told++);
  await server.initialize();
  await server.stop();
  t.is(told, 100);
  // Warnings are given in the next turn of the event loop.
  await new Promise(setImmediate);
  t.deepEqual(warnings, []);
});
