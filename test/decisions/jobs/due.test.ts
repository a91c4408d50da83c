import test from 'ava';
import { due } from '../../../src/decisions/jobs/due.ts';
import { readSchedule } from '../../../src/decisions/jobs/schedule.ts';

interface Case {
  readonly last: string;
  readonly now: string;
  readonly time?: string;
  readonly missed?: string;
  readonly handledTo?: string;
  readonly schedule?: string;
  readonly zone?: string;
}

const decides = test.macro((t, { last, now, time, missed, handledTo, schedule = '0 * * * *', zone = 'UTC' }: Case) => {
  const found = due(readSchedule(schedule, zone), new Date(last), new Date(now));
  const at = (text: string | undefined) => text && new Date(text).toISOString();
  t.deepEqual(
    {
      time: found?.time?.toISOString(),
      missed: found?.missed?.toISOString(),
      handledTo: found?.handledTo.toISOString(),
    },
    { time: at(time), missed: at(missed), handledTo: at(handledTo ?? time) },
  );
});

test('nothing before its time', decides, { last: '2026-11-01T10:00Z', now: '2026-11-01T10:59:59.999Z' });
test('in the very moment', decides, { last: '2026-11-01T10:00Z', now: '2026-11-01T11:00Z', time: '2026-11-01T11:00Z' });
test('not again', decides, { last: '2026-11-01T11:00Z', now: '2026-11-01T11:00:00.250Z' });
test('minutes late', decides, { last: '2026-11-01T10:00Z', now: '2026-11-01T11:04Z', time: '2026-11-01T11:00Z' });
test('the last moment of being late', decides, {
  ...{ last: '2026-11-01T10:00Z', now: '2026-11-01T11:05Z', time: '2026-11-01T11:00Z' },
});
test('too late', decides, {
  ...{ last: '2026-11-01T10:00Z', now: '2026-11-01T11:05:00.001Z', missed: '2026-11-01T11:00Z' },
  handledTo: '2026-11-01T11:05:00.001Z',
});
test('one run for all that were missed, if the latest is not too late', decides, {
  ...{ last: '2026-11-01T05:00Z', now: '2026-11-01T11:01Z', time: '2026-11-01T11:00Z', missed: '2026-11-01T06:00Z' },
});
test('each second, after a moment of nobody', decides, {
  ...{ schedule: '* * * * * *', last: '2026-11-01T10:00:00Z', now: '2026-11-01T10:00:12.300Z' },
  ...{ time: '2026-11-01T10:00:12Z', missed: '2026-11-01T10:00:01Z' },
});
test('each second, after a year of nobody', decides, {
  ...{ schedule: '* * * * * *', last: '2025-11-01T10:00:00Z', now: '2026-11-01T10:00:12.300Z' },
  ...{ time: '2026-11-01T10:00:12Z', missed: '2025-11-01T10:00:01Z' },
});
test('a clock that was set back repeats nothing', decides, { last: '2026-11-01T11:00Z', now: '2026-11-01T10:00:30Z' });
test('an hour that is there twice: the time that is fixed comes once', decides, {
  ...{ schedule: '30 2 * * *', zone: 'Europe/Berlin', last: '2026-10-25T00:30Z', now: '2026-10-25T01:31Z' },
});
test('an hour that is left out: at its end', decides, {
  ...{ schedule: '30 2 * * *', zone: 'Europe/Berlin', last: '2026-03-28T01:30Z', now: '2026-03-29T01:00:00.100Z' },
  time: '2026-03-29T01:00Z',
});
test('what never comes', decides, { schedule: '0 0 31 2 *', last: '2026-11-01T11:00Z', now: '2027-11-01T11:00Z' });
