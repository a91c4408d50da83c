import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { Deadline } from '../../src/engines/deadline.ts';

test('the signal aborts when the time is over', async (t) => {
  const deadline = new Deadline(20);
  t.false(deadline.signal.aborted);
  await sleep(60);
  t.true(deadline.signal.aborted);
});

test('extending starts the time again', async (t) => {
  const deadline = new Deadline(200);
  for (let i = 0; i < 4; i++) {
    await sleep(80);
    deadline.extend();
  }
  t.false(deadline.signal.aborted);
  await sleep(400);
  t.true(deadline.signal.aborted);
});

test('a cleared deadline never aborts', async (t) => {
  const deadline = new Deadline(20);
  deadline.clear();
  await sleep(60);
  t.false(deadline.signal.aborted);
});
