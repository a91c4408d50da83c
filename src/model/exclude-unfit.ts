import type { Claim } from './claim.ts';
import type { Fleet } from './fleet.ts';
import type { RowSet } from './row-set.ts';
/** Removes the rows on which the claims do not fit. */
export function excludeUnfit(claims: readonly Claim[], fleet: Pick<Fleet, 'rowsBySum'>, rows: RowSet): void {
  for (const { key, amount, limit } of claims) {
    if (limit === null) continue;
    if (amount > limit) rows.clear();
    for (const [sum, held] of fleet.rowsBySum(key)) if (sum + amount > limit) rows.remove(held);
  }
}
