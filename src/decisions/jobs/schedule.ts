import { Cron } from 'croner';

/** When something is to happen: the only thing that is asked of the library. */
export interface Schedule {
  /** The first time after that one; undefined: never again. */
  after(time: Date): Date | undefined;
}

/** Names, not offsets: `Europe/Berlin` knows when its clocks change, `+02:00` does not. */
const zonePattern = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/**
 * A cron expression of five fields, or six with seconds first, or `@daily` and its like, by the clocks of that time zone.
 * As with Vixie's cron, a time of day that is left out when clocks go forward comes at the moment they do, one that is
 * there twice comes the first time only; with a `*` or a step in hours or minutes it comes as time goes by. Throws
 * RangeError with a sentence on what is wrong.
 */
export function readSchedule(expression: string, timeZone: string): Schedule {
  if (!isTimeZone(timeZone)) throw new RangeError(`there is no time zone ${timeZone}`);
  const cron = parse(expression, timeZone);
  return { after: (time) => cron.nextRun(time) ?? undefined };
}

export function isTimeZone(name: string): boolean {
  if (!zonePattern.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function parse(expression: string, timezone: string): Cron {
  const fields = expression.match(/\S+/g) ?? [];
  // The library's own sentence speaks of seven, which it is told not to take.
  if (!expression.trim().startsWith('@') && fields.length !== 5 && fields.length !== 6) {
    throw new RangeError(
      `no cron expression: it must have five fields, or six with seconds first, and has ${fields.length}`,
    );
  }
  try {
    const cron = new Cron(expression, {
      ...{ timezone, paused: true, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' },
    });
    // The library takes a date, too, for something that happens once.
    if (cron.getOnce() === null) return cron;
  } catch (cause) {
    const why = (cause as Error).message.replace(/^CronPattern: /, '');
    throw new RangeError(`no cron expression: ${why}`, { cause });
  }
  throw new RangeError('no cron expression: a date is none');
}
