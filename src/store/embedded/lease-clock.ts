import type { Tables } from './tables.ts';

/**
 * Leases of an ended process last at most this long: their holders are gone, and their pending requests to engines end
 * soon.
 */
const maxLeftMs = 60_000;

/**
 * The clock of leases, in whole milliseconds: the start time of the process plus the monotonic clock. Setting the wall
 * clock neither ends a lease early nor extends it.
 */
export function leaseNow(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

/** Changes to make when the store is opened: the wall clock may have been set back since the last process. */
export function shortenLeases({ leases, reservations, leaseEnds }: Tables): (() => void)[] {
  const latest = leaseNow() + maxLeftMs;
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
