import type { Schedule } from './schedule.ts';

/** How late a run may begin, because nobody was there at its time. */
export const latenessMs = 5 * 60_000;

export interface Due {
  /** The time that a run is to begin for. */
  readonly time?: Date;
  /** The first of the times for which there is no run, because it is too late or because a later one stands for them. */
  readonly missed?: Date;
  /** Up to here everything is decided. */
  readonly handledTo: Date;
}

/**
 * What a schedule asks for now, when every time up to `last` was seen to. Of the times that went by since, the latest gets
 * a run if it is not too late for it, and no other does: who was away for an hour does not begin with sixty runs. Pure.
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
