import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { Thrift } from '../../src/process/thrift.ts';

function work(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 10_000; !isSo() && performance.now() < end; ) await setTimeout(20);
}

test('memory is preferred while the process is quiet, and speed once it has work; each is said once', async (t) => {
  const flags: string[] = [];
  const thrift = new Thrift((flag) => flags.push(flag));
  thrift.start();
  t.teardown(() => thrift.stop());
  await setTimeout(2_500);
  t.deepEqual(flags, [], 'a short rest is none');
  await until(() => flags.length === 1);
  await setTimeout(1_500);
  t.deepEqual(flags, ['--optimize-for-size']);
  for (let count = 0; count < 50 && flags.length === 1; count++) {
    work(100);
    await setTimeout(1);
  }
  t.deepEqual(flags, ['--optimize-for-size', '--no-optimize-for-size']);
  thrift.stop();
  await setTimeout(1_500);
  t.is(flags.length, 2, 'nothing is said after the stop');
});
