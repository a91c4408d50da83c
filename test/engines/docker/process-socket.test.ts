import { PassThrough } from 'node:stream';
import test from 'ava';
import { processOver } from '../../../src/engines/docker/process-socket.ts';

const control = {
  translated: <T>(output: T) => output,
  resize: async () => undefined,
  end: async () => ({ exitCode: 0 }),
};

test('a fast writer waits, and thousands of messages share one wait', async (t) => {
  const socket = new PassThrough({ highWaterMark: 16 });
  const process = processOver(socket, true, control);
  let written = 0;
  const writes = Array.from({ length: 5_000 }, async () => {
    await process.write(Buffer.from('0123456789abcdef'));
    written += 1;
  });
  await new Promise((resolve) => setImmediate(resolve));
  t.is(written, 0);
  t.is(socket.listenerCount('drain'), 1);
  t.true(socket.listenerCount('close') <= 2);
  process.closeInput();
  let read = 0;
  for await (const { bytes } of process.output) read += bytes.length;
  t.is(read, 16 * writes.length);
  await Promise.all(writes);
  t.is(written, 5_000);
  await process.write(Buffer.from('it takes nothing any more'));
});
