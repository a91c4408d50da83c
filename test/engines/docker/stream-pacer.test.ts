import { Readable } from 'node:stream';
import test from 'ava';
import { StreamPacer } from '../../../src/engines/docker/stream-pacer.ts';

const line = Buffer.from(`${'x'.repeat(174)}\n`);
const linesPerTurn = 1_000;

/** A stream that has a thousand lines to deliver in each turn of the event loop, and stops where nobody reads. */
function talkative(lines: number): Readable {
  let left = lines;
  return new Readable({
    highWaterMark: 16 * 1024,
    read() {
      setImmediate(() => {
        for (let i = 0; i < linesPerTurn && left > 0; i++) {
          left -= 1;
          if (!this.push(line)) break;
        }
        if (left === 0) this.push(null);
      });
    },
  });
}

/** Counts turns of the event loop until it is told to stop. */
function countTurns(): { turn: number; stop(): void } {
  const counter = { turn: 0, isOver: false, stop: () => (counter.isOver = true) };
  const next = () => {
    counter.turn += 1;
    if (!counter.isOver) setImmediate(next);
  };
  setImmediate(next);
  return counter;
}

test('a hundred streams pass one slice per turn of the event loop, without loss', async (t) => {
  const pacer = new StreamPacer();
  const counter = countTurns();
  const slicesIn = new Map<number, number>();
  const read = async () => {
    let bytes = 0;
    for await (const slice of pacer.slices(talkative(1_000))) {
      bytes += slice.length;
      t.true(slice.length <= 64 * 1024);
      slicesIn.set(counter.turn, (slicesIn.get(counter.turn) ?? 0) + 1);
    }
    return bytes;
  };
  const read100 = await Promise.all(Array.from({ length: 100 }, read));
  counter.stop();
  t.true(read100.every((bytes) => bytes === 1_000 * line.length));
  t.deepEqual([...new Set(slicesIn.values())], [1]);
});

test('many small chunks become few slices', async (t) => {
  const slices: number[] = [];
  for await (const { length } of new StreamPacer().slices(talkative(20_000))) slices.push(length);
  t.true(slices.length < 1_000, `${slices.length} slices of 20,000 lines`);
});

test('streams take turns, however much data the first one has', async (t) => {
  const pacer = new StreamPacer();
  const order: string[] = [];
  const read = async (name: string, lines: number) => {
    for await (const _ of pacer.slices(talkative(lines))) order.push(name);
  };
  await Promise.all([read('much', 20_000), read('little', 500)]);
  t.true(order.lastIndexOf('little') < 40, order.slice(0, 40).join(' '));
});

test('a stream that fails while waiting for its turn is an error', async (t) => {
  const stream = talkative(20_000);
  const slices = new StreamPacer().slices(stream);
  await slices.next();
  const next = slices.next();
  stream.destroy(new Error('broken'));
  await t.throwsAsync(
    async () => {
      await next;
      for await (const _ of slices);
    },
    { message: 'broken' },
  );
});
