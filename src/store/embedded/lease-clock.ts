import type { Tables } from './tables.ts';

/** No lease of a process that ended goes on for longer: its holders are gone, and what they sent to an engine ends soon. */
const longestLeftMs = 60_000;

/**
 * The clock of leases, in whole milliseconds: the time of day at which this process started, counted on by the monotonic
 * clock. A wall clock that is set ends no lease early, and makes none longer.
 */
export function leaseNow(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

/** The changes for a process that opens the store: the wall clock may have been set back since the previous one. */
export function shortenLeases({ leases, reservations, leaseEnds }: Tables): (() => void)[] {
  const latest = leaseNow() + longestLeftMs;
  const changes: (() => void)[] = [];
  for (const { key: name, value } of leases.getRange({})) {
    if (value.until > latest) changes.push(() => leases.put(name, { ...value, until: latest }));
  }
  for (const [until, id] of leaseEnds.getKeys({ start: [latest + 1, ''] })) {
    changes.push(() => leaseEnds.remove([until, id]));
    const stored = reservations.get(id);
    if (stored?.leaseUntil === undefined) continue;
    changes.push(() => leaseEnds.put([latest, id], true));
    changes.push(() => reservations.put(id, { ...stored, leaseUntil: latest }));
  }
  return changes;
}
