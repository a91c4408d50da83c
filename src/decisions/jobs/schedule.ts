import { Cron } from 'croner';

/** The part of the cron library that is used. */
export interface Schedule {
  /** The first scheduled time after `time`. Undefined: there is none. */
  after(time: Date): Date | undefined;
}

/** Names only, no offsets: `Europe/Berlin` has daylight saving rules, `+02:00` has not. */
const zonePattern = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/**
 * Parses a cron expression of five fields, of six with seconds first, or a shorthand like `@daily`, in that time zone.
 * As in Vixie cron, a time of day that is skipped when clocks go forward runs at the change, and one that occurs twice
 * runs the first time only; an expression with `*` or a step in hours or minutes follows elapsed time. Throws
 * RangeError with the reason.
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
  // Checked here because the library's message mentions seven fields, which this mode does not accept.
  if (!expression.trim().startsWith('@') && fields.length !== 5 && fields.length !== 6) {
    throw new RangeError(
      `not a cron expression: expected five fields, or six with seconds first, and got ${fields.length}`,
    );
  }
  try {
    const cron = new Cron(expression, {
      ...{ timezone, paused: true, mode: '5-or-6-parts', fixedTimeRule: 'no-wildcard' },
    });
    // The library also accepts a date, for something that happens once.
    if (cron.getOnce() === null) return cron;
  } catch (cause) {
    const why = (cause as Error).message.replace(/^CronPattern: /, '');
    throw new RangeError(`not a cron expression: ${why}`, { cause });
  }
  throw new RangeError('not a cron expression: it is a date');
}
