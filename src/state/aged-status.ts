/** Docker's durations in status texts: `Up 2 minutes (healthy)`, `Exited (3) About an hour ago`. */
const duration =
  /\b(?:Less than a second|About a minute|About an hour|(\d{1,6}) (second|minute|hour|day|week|month|year)s?)\b/;

const [secondMs, minuteMs, hourMs, dayMs] = [1_000, 60_000, 3_600_000, 86_400_000];
const units: ReadonlyMap<string, number> = new Map([
  ['second', secondMs],
  ['minute', minuteMs],
  ['hour', hourMs],
  ['day', dayMs],
  ['week', 7 * dayMs],
  ['month', 30 * dayMs],
  ['year', 365 * dayMs],
]);

interface Age {
  readonly ageMs: number;
  /** The precision: the actual duration differs by less than this. */
  readonly unitMs: number;
}

/** A status text without its duration, and that duration; undefined: it has none. */
type Parts = { readonly before: string; readonly ageMs: number; readonly after: string } | undefined;

/** Read texts: thousands of containers have the same few. */
const read = new Map<string, Parts>();
const maxRead = 1_000;

/** An engine's status text `afterMs` later, if the container did not change. */
export function agedStatus(status: string, afterMs: number): string {
  if (afterMs < secondMs) return status;
  const parts = read.has(status) ? read.get(status) : readParts(status);
  if (!parts) return status;
  return parts.before + durationInWords(parts.ageMs + afterMs) + parts.after;
}

function readParts(status: string): Parts {
  const found = duration.exec(status);
  const [words = ''] = found ?? [];
  const parts = found && {
    before: status.slice(0, found.index),
    ageMs: ageIn(words).ageMs,
    after: status.slice(found.index + words.length),
  };
  if (read.size >= maxRead) read.clear();
  read.set(status, parts ?? undefined);
  return parts ?? undefined;
}

/** Whether `now` equals `before`, aged by `afterMs`: the container did not change in between. */
export function isSameStatus(before = '', now = '', afterMs = 0): boolean {
  if (before === now) return true;
  const [was, is] = [duration.exec(before), duration.exec(now)];
  if (!was || !is || before.replace(duration, '') !== now.replace(duration, '')) return false;
  const [then, reported] = [ageIn(was[0]), ageIn(is[0])];
  return Math.abs(then.ageMs + afterMs - reported.ageMs) <= then.unitMs + reported.unitMs;
}

function ageIn(words: string): Age {
  if (words === 'Less than a second') return { ageMs: 0, unitMs: secondMs };
  if (words === 'About a minute') return { ageMs: minuteMs, unitMs: minuteMs };
  if (words === 'About an hour') return { ageMs: hourMs, unitMs: hourMs };
  const [, count = '0', unit = 'second'] = duration.exec(words) ?? [];
  const unitMs = units.get(unit) ?? secondMs;
  return { ageMs: Number(count) * unitMs, unitMs };
}

/** As Docker formats it (docker/go-units, HumanDuration). */
function durationInWords(ms: number): string {
  const seconds = Math.floor(ms / secondMs);
  if (seconds < 1) return 'Less than a second';
  if (seconds < 60) return counted(seconds, 'second');
  const minutes = Math.floor(ms / minuteMs);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return counted(minutes, 'minute');
  const hours = Math.round(ms / hourMs);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return counted(hours, 'hour');
  const days = Math.floor(hours / 24);
  if (days < 14) return counted(days, 'day');
  if (days < 60) return counted(Math.floor(days / 7), 'week');
  if (days < 730) return counted(Math.floor(days / 30), 'month');
  return counted(Math.floor(days / 365), 'year');
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
