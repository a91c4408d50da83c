import { durationSeconds } from '../model/duration.ts';

/** Without a zone: local time, as in docker. */
const localTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?$/;

/**
 * Converts Docker's `10m`, `1h30m` and `1.5h` to that time ago, and a time without a zone from local time. Everything
 * else is passed to the API.
 */
export function pointInTime(text: string): string {
  const agoSeconds = durationSeconds(text, ['us', 'ms', 's', 'm', 'h', 'd']);
  if (agoSeconds !== undefined) return Math.max(0, Date.now() / 1000 - agoSeconds).toFixed(3);
  if (!localTime.test(text)) return text;
  const at = new Date(text.includes('T') ? text : `${text}T00:00`);
  return Number.isNaN(at.getTime()) ? text : at.toISOString();
}
