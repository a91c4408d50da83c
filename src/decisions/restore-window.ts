import type { Clock } from '../state/clock.ts';

/**
 * How long empty slots of a restored service or job wait for containers on engines that are not registered again yet.
 */
const windowMs = 60_000;

/** `restoredAt`: RFC 3339, by the store's clock. */
export function restoreWindowLeftMs(clock: Pick<Clock, 'now'>, restoredAt: string | undefined): number {
  if (restoredAt === undefined) return 0;
  const leftMs = Date.parse(restoredAt) + windowMs - clock.now();
  return Math.min(windowMs, Math.max(0, leftMs));
}
