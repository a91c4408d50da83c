import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { Deadline } from '../../../src/engines/docker/deadline.ts';

test('the signal aborts after the timeout', async (t) => {
  const { signal } = new Deadline(20);
  t.false(signal.aborted);
  await once(signal, 'abort');
  t.true(signal.aborted);
});

test('extending restarts the timeout', async (t) => {
  const deadline = new Deadline(2_000);
  for (let i = 0; i < 4; i++) {
    await sleep(600);
    deadline.extend();
  }
  t.false(deadline.signal.aborted);
  await once(deadline.signal, 'abort');
  t.true(deadline.signal.aborted);
});

test('a cleared deadline never aborts', async (t) => {
  const deadline = new Deadline(20);
  deadline.clear();
  await sleep(60);
  t.false(deadline.signal.aborted);
});
