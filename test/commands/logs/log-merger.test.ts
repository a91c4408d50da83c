import test from 'ava';
import { LogMerger } from '../../../src/commands/logs/log-merger.ts';

const line = (at: number) => ({ at: `2026-11-28T10:00:00.${String(at).padStart(9, '0')}Z`, value: at });
const lines = (...times: number[]) => times.map(line);

async function all(merger: LogMerger<number>): Promise<number[]> {
  const read: number[] = [];
  for await (const portion of merger.read()) read.push(...portion);
  return read;
}

test('the lines of several sources come in the order of their times', async (t) => {
  const merger = new LogMerger<number>();
  const write = async (...portions: number[][]) => {
    const source = merger.add(60_000);
    for (const portion of portions) await source.offer(lines(...portion));
    source.end();
  };
  const writing = Promise.all([write([1, 4], [5, 9]), write([2, 3, 8]), write([6], [7, 10])]);
  void writing.then(() => merger.close());
  t.deepEqual(await all(merger), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a silent source does not keep the others waiting for long', async (t) => {
  const merger = new LogMerger<number>();
  const [silent, other] = [merger.add(200), merger.add(200)];
  void other.offer(lines(5, 6));
  const reading = merger.read();
  t.deepEqual((await reading.next()).value, [5, 6]);
  void silent.offer(lines(1));
  t.deepEqual((await reading.next()).value, [1], 'late, and not lost');
  await reading.return?.(undefined);
});

test('nobody offers more than one portion before it is taken', async (t) => {
  const merger = new LogMerger<number>();
  const source = merger.add(200);
  let offered = 0;
  void (async () => {
    for (let n = 0; n < 5; n++) {
      await source.offer(lines(n));
      offered += 1;
    }
    source.end();
    merger.close();
  })();
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.is(offered, 0, 'nobody reads');
  t.deepEqual(await all(merger), [0, 1, 2, 3, 4]);
  t.is(offered, 5);
});

test('whoever stops reading lets the sources go', async (t) => {
  const merger = new LogMerger<number>();
  const source = merger.add(200);
  const offer = source.offer(lines(1, 2));
  for await (const _ of merger.read()) break;
  await offer;
  await source.offer(lines(3));
  t.pass();
});
