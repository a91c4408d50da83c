import { setImmediate, setTimeout } from 'node:timers/promises';
import test from 'ava';
import { IdleHeapTrimmer } from '../../src/runtime/idle-heap-trimmer.ts';

const on = '--optimize-for-size';
const off = '--no-optimize-for-size';
const quiet = 0.1;
const busy = 0.9;

function trimmingOver(heap: { megabytes: number }, { intervalMs }: { intervalMs?: number } = {}) {
  const flags: string[] = [];
  const trimmer = new IdleHeapTrimmer({
    heapBytes: () => heap.megabytes * 2 ** 20,
    setFlag: (flag) => flags.push(flag),
    ...(intervalMs && { intervalMs }),
  });
  const sample = (share: number, times: number) => {
    for (let time = 0; time < times; time++) trimmer.sample(share);
    return flags.splice(0);
  };
  return { trimmer, flags, sample };
}

test('a large heap is trimmed once the process is quiet, for a while, and once', (t) => {
  const heap = { megabytes: 600 };
  const { sample } = trimmingOver(heap);
  t.deepEqual(sample(busy, 100), []);
  t.deepEqual(sample(quiet, 4), [], 'a short rest is none');
  t.deepEqual(sample(quiet, 1), [on]);
  heap.megabytes = 160;
  t.deepEqual(sample(quiet, 29), []);
  t.deepEqual(sample(quiet, 1), [off]);
  t.deepEqual(sample(quiet, 1_000), [], 'there is nothing more to be had');
  heap.megabytes = 250;
  t.deepEqual(sample(quiet, 1), [on], 'it grew again');
});

test('load stops the trimming immediately, and quiet restarts it', (t) => {
  const { sample } = trimmingOver({ megabytes: 600 });
  t.deepEqual(sample(quiet, 10), [on]);
  t.deepEqual(sample(busy, 1), [off]);
  t.deepEqual(sample(quiet, 4), []);
  t.deepEqual(sample(quiet, 1), [on]);
});

test('a small heap is not trimmed', (t) => {
  const { sample } = trimmingOver({ megabytes: 90 });
  t.deepEqual(sample(quiet, 100), []);
});

test('it measures the CPU time of this process, until it is stopped', async (t) => {
  const { trimmer, flags } = trimmingOver({ megabytes: 600 }, { intervalMs: 50 });
  trimmer.start();
  while (flags.length < 1) await setTimeout(10);
  t.deepEqual(flags, [on]);
  while (flags.length < 2) {
    for (const end = performance.now() + 200; performance.now() < end; );
    await setImmediate();
  }
  t.deepEqual(flags, [on, off]);
  trimmer.stop();
  trimmer.sample = () => t.fail('it was stopped');
  await setTimeout(200);
});
