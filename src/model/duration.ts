/** In seconds. */
const unitSeconds = { us: 1e-6, ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;

export type DurationUnit = keyof typeof unitSeconds;

/** Parses a duration in Docker's syntax to seconds: `1m30s`, `500ms`. Undefined: not a duration, or an unknown unit. */
export function durationSeconds(text: string, units: readonly DurationUnit[]): number | undefined {
  // Otherwise `m` would match the start of `ms`.
  const longestFirst = [...units].sort((a, b) => b.length - a.length);
  const parts = [...text.matchAll(new RegExp(`(\\d+(?:\\.\\d+)?)(${longestFirst.join('|')})`, 'g'))];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * unitSeconds[unit as DurationUnit], 0);
}
