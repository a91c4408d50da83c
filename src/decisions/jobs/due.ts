import type { Schedule } from './schedule.ts';

/** How late a run may begin, if no server could start it in time. */
const latenessMs = 5 * 60_000;

export interface Due {
  /** The scheduled time of the run that begins now. */
  readonly time?: Date;
  /** The first scheduled time without a run: it is too late, or a later time replaces it. */
  readonly missed?: Date;
  /** All scheduled times up to here are handled. */
  readonly handledTo: Date;
}

/**
 * What a schedule requires now, if all times up to `last` are handled. Only the latest missed time gets a run, and only
 * if it is not too late: after an hour without a server there are no sixty runs. Pure.
 */
export function due(schedule: Schedule, last: Date, now: Date): Due | undefined {
  const first = schedule.after(last);
  if (!first || first > now) return undefined;
  const tooLate = new Date(now.getTime() - latenessMs - 1);
  let time = first > tooLate ? first : schedule.after(tooLate);
  if (!time || time > now) return { missed: first, handledTo: now };
  for (let next = schedule.after(time); next && next <= now; next = schedule.after(next)) time = next;
  return { time, handledTo: time, ...(time > first ? { missed: first } : {}) };
}
