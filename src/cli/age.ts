const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** `12s`, `3m`, `26h`, `40d`: in the largest unit of which there are at least two, or one minute. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  for (const [unit, size] of units) {
    if (seconds >= size * (unit === 'm' ? 1 : 2)) return `${Math.floor(seconds / size)}${unit}`;
  }
  return `${seconds}s`;
}

/** `3m ago`, `in 5h`, `now`; empty without a time. An unparsable time is returned unchanged. */
export function ageText(time: string | null | undefined, now: number = Date.now()): string {
  if (time === null || time === undefined) return '';
  const ms = now - Date.parse(time);
  if (Number.isNaN(ms)) return time;
  if (Math.abs(ms) < 1_000) return 'now';
  return ms > 0 ? `${durationText(ms)} ago` : `in ${durationText(-ms)}`;
}

/** The duration, or the time elapsed so far. */
export function tookText(from: string, to: string | null, now: number = Date.now()): string {
  const ms = (to === null ? now : Date.parse(to)) - Date.parse(from);
  return Number.isNaN(ms) ? '' : durationText(ms);
}
