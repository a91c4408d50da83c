import test from 'ava';
import { withoutFrames } from '../../../src/engines/docker/frames.ts';
import { joinPieces } from '../../../src/engines/docker/log-pieces.ts';
import { frame } from '../frame.ts';

const at = '2026-11-29T10:00:00.000000000Z ';
const full = 'x'.repeat(16_384);
const fake = '2099-01-01T00:00:00.000000000Z ';

function chunksOf(all: Buffer, size: number): AsyncIterable<Buffer> {
  return (async function* () {
    for (let begin = 0; begin < all.length; begin += size) yield all.subarray(begin, begin + size);
  })();
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of stream) all.push(chunk);
  return Buffer.concat(all).toString();
}

for (const [what, frames, expected] of [
  [
    'pieces of a line are joined',
    [
      [1, `${at}${full}`],
      [1, `${at}end\n`],
      [1, `${at}next\n`],
    ],
    `${at}${full}end\n${at}next\n`,
  ],
  [
    'a piece that looks like a time is kept',
    [
      [1, `${at}${full}`],
      [1, `${at}${fake}\n`],
    ],
    `${at}${full}${fake}\n`,
  ],
  [
    'a piece without a time is kept',
    [
      [1, `${at}${full}`],
      [1, 'short\n'],
    ],
    `${at}${full}short\n`,
  ],
  [
    'output of another stream in between is a separate line',
    [
      [1, `${at}${full}`],
      [2, `${at}err\n`],
      [1, `${at}end\n`],
    ],
    `${at}${full}\n${at}err\n${at}end\n`,
  ],
  [
    'the line after one without a newline has its time',
    [
      [1, `${at}bye`],
      [1, `${at}hello\n`],
    ],
    `${at}bye\n${at}hello\n`,
  ],
] as const) {
  test(`${what}, wherever chunks are split`, async (t) => {
    const all = Buffer.concat(frames.map(([stream, text]) => frame(stream, text)));
    for (const size of [1, 7, 31, 39, 16_384, 16_423, 100_000])
      t.is(await textOf(withoutFrames(chunksOf(all, size), { hasTimes: true })), expected, `${size} bytes each`);
  });
}

test('with a terminal, only times after maximum-size pieces are removed', async (t) => {
  const written = `${at}one\r\n${at}${full}${at}end\r\n${at}${fake}\r\n${at}${'y'.repeat(99)}${fake}\r\n`;
  const expected = `${at}one\r\n${at}${full}end\r\n${at}${fake}\r\n${at}${'y'.repeat(99)}${fake}\r\n`;
  for (const size of [1, 31, 16_384, 100_000])
    t.is(await textOf(joinPieces(chunksOf(Buffer.from(written), size))), expected, `${size} bytes each`);
});
