import test from 'ava';
import { isTimeZone, readSchedule } from '../../../src/decisions/jobs/schedule.ts';

const comes = test.macro({
  exec(t, expression: string, zone: string, from: string, expected: readonly string[]) {
    const schedule = readSchedule(expression, zone);
    const found: string[] = [];
    let time = new Date(from);
    for (const _ of expected) {
      const next = schedule.after(time);
      found.push(next?.toISOString().replace('.000Z', 'Z') ?? 'never');
      if (next) time = next;
    }
    t.deepEqual(found, expected);
  },
  title: (what = '', expression, zone) => `${expression} in ${zone}: ${what}`,
});

test('the clock of the zone', comes, '30 2 * * *', 'Europe/Berlin', '2026-07-01T12:00:00Z', [
  '2026-07-02T00:30:00Z',
  '2026-07-03T00:30:00Z',
]);
test(
  'a time that is left out comes when clocks go forward',
  comes,
  '30 2 * * *',
  'Europe/Berlin',
  '2026-03-28T12:00Z',
  ['2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z'],
);
test('the same of a list', comes, '30 2,14 * * *', 'America/New_York', '2026-03-08T05:00Z', [
  '2026-03-08T07:00:00Z',
  '2026-03-08T18:30:00Z',
  '2026-03-09T06:30:00Z',
]);
test('a time that is there twice comes once', comes, '30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', [
  '2026-10-25T00:30:00Z',
  '2026-10-26T01:30:00Z',
]);
test('a clock that goes back by half an hour', comes, '45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T20:00Z', [
  '2026-04-04T14:45:00Z',
  '2026-04-05T15:15:00Z',
]);
test('midnight that is left out', comes, '0 0 * * *', 'America/Santiago', '2026-09-05T12:00Z', [
  '2026-09-06T04:00:00Z',
  '2026-09-07T03:00:00Z',
]);
test(
  'every half hour goes on through an hour that is there twice',
  comes,
  '*/30 * * * *',
  'Europe/Berlin',
  '2026-10-25T00:10Z',
  ['2026-10-25T00:30:00Z', '2026-10-25T01:00:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:00:00Z'],
);
test('and through one that is left out', comes, '0 * * * *', 'Europe/Berlin', '2026-03-29T00:00Z', [
  '2026-03-29T01:00:00Z',
  '2026-03-29T02:00:00Z',
]);
test('six fields begin with seconds', comes, '*/20 * * * * *', 'UTC', '2026-11-01T00:00:10Z', [
  '2026-11-01T00:00:20Z',
  '2026-11-01T00:00:40Z',
  '2026-11-01T00:01:00Z',
]);
test('a nickname', comes, '@daily', 'UTC', '2026-11-01T00:00:10Z', ['2026-11-02T00:00:00Z']);
test('day of month or day of week', comes, '0 0 1 * MON', 'UTC', '2026-10-24T00:00Z', [
  '2026-10-26T00:00:00Z',
  '2026-11-01T00:00:00Z',
]);
test('a leap day', comes, '0 0 29 2 *', 'UTC', '2026-10-24T00:00Z', ['2028-02-29T00:00:00Z', '2032-02-29T00:00:00Z']);
test('a day that no month has', comes, '0 0 31 2 *', 'UTC', '2026-10-24T00:00Z', ['never']);

for (const wrong of ['', 'x', '* * *', '61 * * * *', '* * * * * * *', '1 2 3 4 8', '@reboot', '2026-12-01T00:00:00']) {
  test(`"${wrong}" is not a cron expression`, (t) => {
    t.throws(() => readSchedule(wrong, 'UTC'), { instanceOf: RangeError, message: /^not a cron expression: / });
  });
}

for (const [wrong, count] of [
  ['', 0],
  ['* * *', 3],
  [' * *  * * * * * ', 7],
] as const) {
  test(`"${wrong}" has another number of fields than five or six`, (t) => {
    const message = `not a cron expression: expected five fields, or six with seconds first, and got ${count}`;
    t.throws(() => readSchedule(wrong, 'UTC'), { message });
  });
}

test('time zones have names', (t) => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5']) t.true(isTimeZone(zone));
  for (const zone of ['', 'Mars/Base', '+02:00', 'Europe/', ' UTC']) t.false(isTimeZone(zone));
  t.throws(() => readSchedule('* * * * *', 'Mars/Base'), { message: 'there is no time zone Mars/Base' });
});
