import type { Fleet } from '../model/fleet.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { RowSet } from '../model/row-set.ts';
import type { Scheduler } from '../model/scheduler.ts';

/** By scheduler. */
export type Penalties = Readonly<Record<string, number>>;

export interface PreferredRows {
  readonly rows: RowSet;
  /** Empty without a preference. */
  readonly shown: { readonly penalties?: Penalties };
}

interface PreferRequest {
  readonly image: ImageConfig;
  readonly schedulers: readonly Scheduler[];
  readonly fleet: Fleet;
  readonly service?: string | undefined;
}

/** The rows in groups, best first: by the first scheduler with a preference, then within each group by the next. */
export function preferred(
  { image, schedulers, fleet, service }: PreferRequest,
  rows: RowSet,
): readonly PreferredRows[] {
  let groups: readonly PreferredRows[] = [{ rows, shown: {} }];
  for (const scheduler of schedulers) {
    if (!scheduler.prefer) continue;
    const refined: PreferredRows[] = [];
    for (const group of groups) {
      const scored = scheduler.prefer(image, group.rows, { fleet, service });
      if (!scored) {
        refined.push(group);
        continue;
      }
      for (const { rows: some, penalty } of scored.toSorted((a, b) => a.penalty - b.penalty)) {
        if (some.next(0) === -1) continue;
        refined.push({ rows: some, shown: { penalties: { ...group.shown.penalties, [scheduler.name]: penalty } } });
      }
    }
    groups = refined;
  }
  return groups;
}
