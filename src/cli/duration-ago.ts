import { durationSeconds } from '../model/duration.ts';

/** Of no zone: for docker, as for whoever types it, it is a time of this machine. */
const localTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?)?$/;

/** Docker's `10m`, `1h30m` and `1.5h` are so long ago, and a time without a zone is one of here; all else is for the API to read. */
export function pointInTime(text: string): string {
  const agoSeconds = durationSeconds(text, ['us', 'ms', 's', 'm', 'h', 'd']);
  if (agoSeconds !== undefined) return Math.max(0, Date.now() / 1000 - agoSeconds).toFixed(3);
  if (!localTime.test(text)) return text;
  const at = new Date(text.includes('T') ? text : `${text}T00:00`);
  return Number.isNaN(at.getTime()) ? text : at.toISOString();
}
