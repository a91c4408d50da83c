/** A container in a list. `created`: seconds since 1970, by its engine. */
export interface Listed {
  readonly engineId: string;
  readonly created: number;
}

/**
 * Merges the lists of engines, each with the newest first. Lists have seconds: within one, each engine's own order stays, and over engines the container
 * that was placed last comes first. `placedAt`: in milliseconds since 1970; NaN for a container that was started by hand.
 */
export function newestFirst<Row extends Listed>(rows: readonly Row[], placedAt: (row: Row) => number): Row[] {
  const sorted = [...rows].sort((a, b) => b.created - a.created);
  const merged: Row[] = [];
  for (let begin = 0; begin < sorted.length; begin = merged.length) {
    const { created, engineId } = sorted[begin] ?? {};
    let end = begin + 1;
    while (end < sorted.length && sorted[end]?.created === created) end += 1;
    const within = sorted.slice(begin, end);
    merged.push(...(within.every((row) => row.engineId === engineId) ? within : mergedWithin(within, placedAt)));
  }
  return merged;
}

/** Of one second. A container is at least as new as those that its engine lists after it. */
function mergedWithin<Row extends Listed>(rows: readonly Row[], placedAt: (row: Row) => number): Row[] {
  const latest = new Map<string, number>();
  const times = new Map<Row, number>();
  for (const row of rows.toReversed()) {
    const before = latest.get(row.engineId) ?? 0;
    const time = Math.max(before, placedAt(row) || 0);
    latest.set(row.engineId, time);
    times.set(row, time);
  }
  return [...rows].sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0));
}
