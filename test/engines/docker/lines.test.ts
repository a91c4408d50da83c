import test from 'ava';
import { linesOf, tooLong } from '../../../src/engines/docker/lines.ts';
import { stubbed } from '../stub-engine.ts';

/** Counts what comes in the given time, and how long the process was kept from anything else. */
async function read(stream: AsyncIterable<unknown>, forMs: number): Promise<{ count: number; maxMs: number }> {
  const end = performance.now() + forMs;
  let last = performance.now();
  let maxMs = 0;
  const heart = setInterval(() => {
    maxMs = Math.max(maxMs, performance.now() - last);
    last = performance.now();
  }, 5);
  let count = 0;
  for await (const _ of stream) {
    count += 1;
    if (performance.now() > end) break;
  }
  clearInterval(heart);
  return { count, maxMs };
}

async function* flood(chunk: Buffer): AsyncGenerator<Buffer> {
  for (;;) yield chunk;
}

const line = '{"Type":"container"}\n';

test.serial('a flood of lines is read at a limited rate', async (t) => {
  const { count, maxMs } = await read(linesOf(flood(Buffer.from(line.repeat(100)))), 1_000);
  t.true(count > 500 && count < 4_000, `${count} lines`);
  t.true(maxMs < 900, `kept for ${maxMs} of 1000 ms`);
});

test.serial('a flood of empty lines is limited, too', async (t) => {
  const stream = linesOf(flood(Buffer.from(`${'\n'.repeat(1_000)}x\n`)));
  const { count } = await read(stream, 1_000);
  t.true(count <= 10, `${count} lines`);
});

test.serial('unread data stays with the engine', async (t) => {
  const event = { Type: 'image', Action: 'pull', Actor: { ID: 'x' }, timeNano: 1 };
  const chunk = Buffer.from(`${JSON.stringify(event)}\n`.repeat(1_000));
  let sent = 0;
  const { stub, client } = await stubbed(t, ({ response }) => {
    const pour = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
  });
  const stopping = new AbortController();
  const { count } = await read(await client.openEvents(stopping.signal), 1_500);
  t.true(count < 10_000, `${count} events`);
  // What the two sides of a connection hold in their buffers.
  t.true(sent < 16 * 2 ** 20, `${sent} bytes`);
  stopping.abort();
  await stub.hasAtMost(0);
  t.is(stub.open(), 0);
});

test.serial('an endless line is reported once', async (t) => {
  let count = 0;
  for await (const each of linesOf(flooded(Buffer.alloc(2 ** 20, 'x'), 3))) {
    t.is(each, tooLong);
    count += 1;
  }
  t.is(count, 1);
});

test('the line after an oversized one is complete', async (t) => {
  const reported: (string | symbol)[] = [];
  const chunks = ['first\n', 'x'.repeat(2 ** 20), 'x'.repeat(10), 'end\nnext\n', 'last'].map((text) =>
    Buffer.from(text),
  );
  for await (const each of linesOf(from(chunks))) reported.push(each);
  t.deepEqual(reported, ['first', tooLong, 'next', 'last']);
});

async function* flooded(chunk: Buffer, times: number): AsyncGenerator<Buffer> {
  for (let count = 0; count < times; count++) yield chunk;
}

async function* from(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}
