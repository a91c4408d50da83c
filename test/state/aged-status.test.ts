import test from 'ava';
import { agedStatus, isSameStatus } from '../../src/state/aged-status.ts';

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

const ages = test.macro({
  exec(t, reported: string, afterMs: number, expected: string) {
    t.is(agedStatus(reported, afterMs), expected);
  },
  title: (_, reported, afterMs, expected) => `${reported}, ${afterMs} ms later: ${expected}`,
});

test(ages, 'Up Less than a second', 3 * second, 'Up 3 seconds');
test(ages, 'Up 1 second', 500, 'Up 1 second');
test(ages, 'Up 58 seconds', 2 * second, 'Up About a minute');
test(ages, 'Up About a minute', minute, 'Up 2 minutes');
test(ages, 'Up 2 minutes (unhealthy)', hour, 'Up About an hour (unhealthy)');
test(ages, 'Exited (3) About an hour ago', 3 * hour, 'Exited (3) 4 hours ago');
test(ages, 'Restarting (1) 5 seconds ago', 10 * second, 'Restarting (1) 15 seconds ago');
test(ages, 'Up 47 hours (Paused)', 2 * hour, 'Up 2 days (Paused)');
test(ages, 'Up 13 days', day, 'Up 2 weeks');
test(ages, 'Up 3 months', 30 * day, 'Up 4 months');
test(ages, 'Created', hour, 'Created');
test(ages, 'Removal In Progress', hour, 'Removal In Progress');

const same = test.macro({
  exec(t, before: string, now: string, afterMs: number, expected: boolean) {
    t.is(isSameStatus(before, now, afterMs), expected);
  },
  title: (_, before, now, afterMs, expected) => `${before}, ${afterMs} ms later ${now}: ${expected ? 'same' : 'news'}`,
});

test(same, 'Up 2 minutes', 'Up 7 minutes', 5 * minute, true);
test(same, 'Up 2 minutes', 'Up 8 minutes', 5 * minute, true);
test(same, 'Up 2 minutes', 'Up 3 seconds', 5 * minute, false);
test(same, 'Up 2 minutes', 'Up 7 minutes (unhealthy)', 5 * minute, false);
test(same, 'Exited (0) 2 minutes ago', 'Exited (1) 7 minutes ago', 5 * minute, false);
test(same, 'Up About an hour', 'Up 3 hours', 2 * hour, true);
test(same, 'Created', 'Up 1 second', second, false);
