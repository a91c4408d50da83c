import { claimKeys } from '../src/model/claim.ts';
import { labelValues } from '../src/model/engine-label.ts';
import type { Fleet } from '../src/model/fleet.ts';
import { canonicalImageName } from '../src/model/image-name.ts';
import { RowSet } from '../src/model/row-set.ts';
import type { Scheduler, ScoredRows } from '../src/model/scheduler.ts';
import type { SparseRows } from '../src/model/sparse-rows.ts';

/** Undefined represents all engines without the label. */
type Zone = string | undefined;

/**
 * Prefers engines with fewer containers of the same service; without a service, of the same image. Counts over all
 * engines with the same value of the label, with engines without it as one group; or per engine.
 */
export const spread: Scheduler = {
  name: 'spread',
  description: 'no engine is refused: those whose label is shared with fewer containers of the same service come first',
  prepare: () => undefined,
  exclude: () => {},
  prefer(image, rows, { fleet, service }) {
    if (image.spread === undefined) return undefined;
    const key = service === undefined ? claimKeys.image(canonicalImageName(image.name)) : claimKeys.service(service);
    const held = fleet.rowsBySum(key);
    if (image.spread === 'engine' || image.spread === 'node') return split(rows, [...held], 0);
    const counts = countByZone(fleet, key, image.spread);
    const zones = [...fleet.rowsByLabel(image.spread)].map(([zone, some]) => [counts.get(zone) ?? 0, some] as const);
    return split(rows, zones, counts.get(undefined) ?? 0);
  },
};

/** An engine with two zones counts in both. Containers on lost engines do not count. */
function countByZone(fleet: Fleet, key: string, label: string): ReadonlyMap<Zone, number> {
  const counts = new Map<Zone, number>();
  for (const [sum, some] of fleet.rowsBySum(key)) {
    const rows = new RowSet(fleet.rowCount);
    rows.addAll();
    rows.retain(some);
    for (let row = rows.next(0); row !== -1; row = rows.next(row + 1)) {
      const { labels, status } = fleet.engine(row);
      if (status === 'lost') continue;
      const zones: readonly Zone[] = labelValues(labels, label);
      for (const zone of zones.length === 0 ? [undefined] : zones) counts.set(zone, (counts.get(zone) ?? 0) + sum);
    }
  }
  return counts;
}

/** A row with two zones is grouped by the larger count; `others`: the count of rows without a zone. */
function split(rows: RowSet, zones: readonly (readonly [number, SparseRows])[], others: number): ScoredRows[] {
  const groups = new Map<number, RowSet>();
  const left = rows.clone();
  for (const [count, some] of [...zones].sort((a, b) => b[0] - a[0])) {
    const group = groups.get(count) ?? new RowSet(rows.rowCount);
    group.join(left.shared(some));
    groups.set(count, group);
    left.remove(some);
  }
  left.join(groups.get(others) ?? new RowSet(rows.rowCount));
  groups.set(others, left);
  return [...groups].map(([penalty, group]) => ({ rows: group, penalty }));
}
