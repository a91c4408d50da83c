import test from 'ava';
import { SeenTimes } from '../../src/state/seen-times.ts';

const [past, future] = ['2001-01-01T00:00:00.000Z', '2101-01-01T00:00:00.000Z'];

function table() {
  const clock = { now: 1_000 };
  return { clock, times: new SeenTimes(() => clock.now) };
}

test('a time is as old as this server has known it, whatever its value', (t) => {
  const { clock, times } = table();
  times.see('a', [past, future]);
  clock.now = 1_500;
  t.deepEqual([times.at('a', past), times.at('a', future)], [1_000, 1_000]);
});

test('a time that remains in its document keeps its age', (t) => {
  const { clock, times } = table();
  times.see('a', [past]);
  clock.now = 1_500;
  times.see('a', [past, future]);
  clock.now = 2_000;
  t.deepEqual([times.at('a', past), times.at('a', future)], [1_000, 1_500]);
});

test('an unknown time is now, and so is one of another document', (t) => {
  const { clock, times } = table();
  times.see('a', [past]);
  clock.now = 1_500;
  times.see('b', [past]);
  times.see('a', []);
  clock.now = 2_000;
  t.deepEqual([times.at('a', past), times.at('b', past), times.at('b', future)], [2_000, 1_500, 2_000]);
});

test('after a reload, remaining times keep their age, and others are dropped', (t) => {
  const { clock, times } = table();
  times.see('a', [past]);
  times.see('b', [past]);
  clock.now = 1_500;
  times.renew(() => times.see('a', [past, future]));
  times.see('b', [past]);
  t.deepEqual([times.at('a', past), times.at('a', future), times.at('b', past)], [1_000, 1_500, 1_500]);
});

test('the age of a time before this process can be given by the caller', (t) => {
  const { times } = table();
  times.see('a', [past], () => 400);
  t.is(times.at('a', past), 600);
});
