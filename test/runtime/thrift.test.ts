import { setImmediate, setTimeout } from 'node:timers/promises';
import test from 'ava';
import { Thrift } from '../../src/runtime/thrift.ts';

const on = '--optimize-for-size';
const off = '--no-optimize-for-size';
const quiet = 0.1;
const busy = 0.9;

function thriftOver(heap: { megabytes: number }, { intervalMs }: { intervalMs?: number } = {}) {
  const flags: string[] = [];
  const thrift = new Thrift({
    heapBytes: () => heap.megabytes * 2 ** 20,
    setFlag: (flag) => flags.push(flag),
    ...(intervalMs && { intervalMs }),
  });
  const look = (share: number, times: number) => {
    for (let time = 0; time < times; time++) thrift.look(share);
    return flags.splice(0);
  };
  return { thrift, flags, look };
}

test('a large heap is given back once the process is quiet, for a while, and once', (t) => {
  const heap = { megabytes: 600 };
  const { look } = thriftOver(heap);
  t.deepEqual(look(busy, 100), []);
  t.deepEqual(look(quiet, 4), [], 'a short rest is none');
  t.deepEqual(look(quiet, 1), [on]);
  heap.megabytes = 160;
  t.deepEqual(look(quiet, 29), []);
  t.deepEqual(look(quiet, 1), [off]);
  t.deepEqual(look(quiet, 1_000), [], 'there is nothing more to be had');
  heap.megabytes = 250;
  t.deepEqual(look(quiet, 1), [on], 'it grew again');
});

test('work ends the thrift at once, and rest begins it anew', (t) => {
  const { look } = thriftOver({ megabytes: 600 });
  t.deepEqual(look(quiet, 10), [on]);
  t.deepEqual(look(busy, 1), [off]);
  t.deepEqual(look(quiet, 4), []);
  t.deepEqual(look(quiet, 1), [on]);
});

test('a small heap is left alone', (t) => {
  const { look } = thriftOver({ megabytes: 90 });
  t.deepEqual(look(quiet, 100), []);
});

test('it measures the CPU time of this process, until it is stopped', async (t) => {
  const { thrift, flags } = thriftOver({ megabytes: 600 }, { intervalMs: 50 });
  thrift.start();
  while (flags.length < 1) await setTimeout(10);
  t.deepEqual(flags, [on]);
  while (flags.length < 2) {
    for (const end = performance.now() + 200; performance.now() < end; );
    await setImmediate();
  }
  t.deepEqual(flags, [on, off]);
  thrift.stop();
  thrift.look = () => t.fail('it was stopped');
  await setTimeout(200);
});
