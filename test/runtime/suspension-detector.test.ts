import test from 'ava';
import { SuspensionDetector } from '../../src/runtime/suspension-detector.ts';

function start({ isRefused = false } = {}) {
  const state = { now: 0, catches: 0, end: () => {} };
  const suspension = new SuspensionDetector(
    () => state.now,
    () => {
      state.catches += 1;
      return new Promise((resolve, reject) => {
        state.end = () => (isRefused ? reject(new Error('away')) : resolve());
      });
    },
  );
  return { state, suspension };
}

test('without a suspension nothing waits', async (t) => {
  const { state, suspension } = start();
  for (; state.now < 5_000; state.now += 900) await suspension.over();
  t.is(state.catches, 0);
});

test('after a suspension all callers wait for one refresh', async (t) => {
  const { state, suspension } = start();
  state.now = 1_500;
  const over: number[] = [];
  const asked = [1, 2].map((each) => suspension.over().then(() => over.push(each)));
  state.now = 1_600;
  asked.push(suspension.over().then(() => over.push(3)));
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(over, []);
  state.end();
  await Promise.all(asked);
  t.deepEqual(over, [1, 2, 3]);
  t.is(state.catches, 1);
  await suspension.over();
  t.is(state.catches, 1);
});

test('a failed refresh is retried once, and blocks nobody', async (t) => {
  const { state, suspension } = start({ isRefused: true });
  state.now = 1_500;
  const over = suspension.over();
  state.end();
  await new Promise(setImmediate);
  t.is(state.catches, 2);
  state.end();
  await t.notThrowsAsync(over);
});
