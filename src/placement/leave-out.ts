import { claimKeys } from '../model/claim.ts';
import type { PlaceRequest } from './place.ts';

export type LeaveOut = NonNullable<PlaceRequest['leaveOut']>;

/** One engine is meant, and all others are out of the question. */
export function only(engineId: string): LeaveOut {
  return (fleet, rows) => {
    const row = fleet.row(engineId);
    rows.clear();
    if (row !== undefined) rows.add(row);
  };
}

/** That engine. */
export function except(engineId: string): LeaveOut {
  return (fleet, rows) => {
    const row = fleet.row(engineId);
    if (row !== undefined) rows.delete(row);
  };
}

/** The engines where there are more of a service than so many. */
export function withMoreOf(service: string, count: number): LeaveOut {
  return (fleet, rows) => {
    for (const [sum, some] of fleet.rowsBySum(claimKeys.service(service))) if (sum > count) rows.remove(some);
  };
}

export function both(first: LeaveOut, second: LeaveOut): LeaveOut {
  return (fleet, rows) => {
    first(fleet, rows);
    second(fleet, rows);
  };
}
