import { claimKeys } from '../model/claim.ts';
import type { PlaceRequest } from './place.ts';

export type RowFilter = NonNullable<PlaceRequest['filter']>;

/** Only this engine. */
export function only(engineId: string): RowFilter {
  return (fleet, rows) => {
    const row = fleet.row(engineId);
    rows.clear();
    if (row !== undefined) rows.add(row);
  };
}

/** All engines except these. */
export function except(...engineIds: readonly string[]): RowFilter {
  return (fleet, rows) => {
    for (const id of engineIds) {
      const row = fleet.row(id);
      if (row !== undefined) rows.delete(row);
    }
  };
}

/** Excludes engines with more than `count` replicas of the service. */
export function withMoreOf(service: string, count: number): RowFilter {
  return (fleet, rows) => {
    for (const [sum, some] of fleet.rowsBySum(claimKeys.service(service))) if (sum > count) rows.remove(some);
  };
}

export function both(first: RowFilter, second: RowFilter): RowFilter {
  return (fleet, rows) => {
    first(fleet, rows);
    second(fleet, rows);
  };
}
