import test from 'ava';
import { withoutFrames } from '../../../src/engines/docker/frames.ts';
import { frame } from '../frame.ts';

async function* chunks(...parts: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of withoutFrames(stream)) text += chunk;
  return text;
}

test('frames of both streams keep their order, wherever chunks are split', async (t) => {
  const all = Buffer.concat([frame(1, 'out\n'), frame(2, 'err\n'), frame(1, ''), frame(1, 'more\n')]);
  for (let size = 1; size <= all.length; size++) {
    const cut = Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.subarray(i * size, (i + 1) * size));
    t.is(await textOf(chunks(...cut)), 'out\nerr\nmore\n', `${size} bytes each`);
  }
  t.is(await textOf(chunks()), '');
});

test('content of a frame with an endless length is passed on immediately', async (t) => {
  const header = Buffer.from([1, 0, 0, 0, 255, 255, 255, 255]);
  const endless = (async function* () {
    yield header;
    for (;;) yield Buffer.alloc(65_536, 'x');
  })();
  let bytes = 0;
  for await (const chunk of withoutFrames(endless)) {
    t.true(chunk.length <= 65_536);
    bytes += chunk.length;
    if (bytes > 2 ** 24) break;
  }
  t.true(process.memoryUsage().rss < 2 ** 30);
});

for (const [what, bytes] of [
  ['text without frames', Buffer.from('hello, world\n')],
  ['a stream that is none', frame(3, 'Error grabbing logs')],
  ['bytes where zeros are', Buffer.from([1, 0, 1, 0, 0, 0, 0, 1, 65])],
  ['half a header', Buffer.from([1, 0, 0])],
  ['half a frame', frame(1, 'hello').subarray(0, 10)],
] as const) {
  test(`${what} is invalid`, async (t) => {
    await t.throwsAsync(textOf(chunks(bytes)), { name: 'InvalidResponse' });
  });
}
