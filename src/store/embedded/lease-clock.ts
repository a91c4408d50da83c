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

/** When a process opens the store: the wall clock may have been set back since the one before wrote its leases. */
export function shortenLeases({ leases, reservations, leaseEnds }: Tables): void {
  const latest = leaseNow() + longestLeftMs;
  for (const { key: name, value } of [...leases.getRange({})]) {
    if (value.until > latest) leases.put(name, { ...value, until: latest });
  }
  for (const [until, id] of [...leaseEnds.getKeys({ start: [latest + 1, ''] })]) {
    leaseEnds.remove([until, id]);
    const stored = reservations.get(id);
    if (stored?.leaseUntil === undefined) continue;
    leaseEnds.put([latest, id], true);
    reservations.put(id, { ...stored, leaseUntil: latest });
  }
}
