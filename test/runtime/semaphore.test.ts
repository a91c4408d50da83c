import test from 'ava';
import { Semaphore } from '../../src/runtime/semaphore.ts';

test('the concurrency is limited, in order of arrival', async (t) => {
  const semaphore = new Semaphore(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map((n) =>
    semaphore.run(() => {
      begun.push(n);
      return new Promise<void>((resolve) => ends.push(resolve));
    }),
  );
  t.deepEqual(begun, [0, 1]);
  ends[1]?.();
  await all[1];
  t.deepEqual(begun, [0, 1, 2]);
  ends[0]?.();
  await all[0];
  t.deepEqual(begun, [0, 1, 2, 3]);
  for (const end of ends) end();
  await Promise.all(all);
});

test('a failure releases its slot', async (t) => {
  const semaphore = new Semaphore(1);
  const failing = semaphore.run(() => Promise.reject(new Error('no')));
  const next = semaphore.run(async () => 'yes');
  await t.throwsAsync(failing, { message: 'no' });
  t.is(await next, 'yes');
  t.is(await semaphore.run(async () => 'again'), 'again');
});
