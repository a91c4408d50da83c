import test from 'ava';
import { ageText, durationText, tookText } from '../../src/cli/age.ts';

const now = Date.parse('2026-11-28T12:00:00Z');

const age = test.macro({
  exec: (t, time: string | null, expected: string) => t.is(ageText(time, now), expected),
  title: (_, time, expected) => `${time} is ${expected || 'nothing'}`,
});
test(age, '2026-11-28T12:00:00.400Z', 'now');
test(age, '2026-11-28T11:59:48Z', '12s ago');
test(age, '2026-11-28T11:57:01Z', '2m ago');
test(age, '2026-11-28T06:00:00Z', '6h ago');
test(age, '2026-11-27T02:00:00Z', '34h ago');
test(age, '2026-10-19T12:00:00Z', '40d ago');
test(age, '2026-11-28T14:30:00Z', 'in 2h');
test(age, null, '');
test(age, 'no time', 'no time');

test('what is not over has taken some time already', (t) => {
  t.is(tookText('2026-11-28T11:00:00Z', '2026-11-28T11:00:30Z', now), '30s');
  t.is(tookText('2026-11-28T11:58:00Z', null, now), '2m');
  t.is(tookText('no time', null, now), '');
  t.is(durationText(-5), '0s');
});
