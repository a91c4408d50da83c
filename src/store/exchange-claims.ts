import type { Claim } from '../model/claim.ts';

/**
 * The change of each sum when a reservation replaces its claims in one step; amounts may be negative. Claims that do
 * not grow have no limit, because they are already held.
 */
export function exchangeClaims(before: readonly Claim[], after: readonly Claim[]): readonly Claim[] {
  if (before.length === 0) return after;
  const moves = new Map<string, Claim>();
  for (const { key, amount, limit } of after) {
    const known = moves.get(key);
    moves.set(key, { key, amount: (known?.amount ?? 0) + amount, limit: lower(known?.limit ?? null, limit) });
  }
  for (const { key, amount } of before) {
    const { amount: taken = 0, limit = null } = moves.get(key) ?? {};
    moves.set(key, { key, amount: taken - amount, limit });
  }
  return [...moves.values()].map((move) => (move.amount > 0 ? move : { ...move, limit: null }));
}

/** The sums of all claims by key. A sum of 0 has no entry. */
export function sumsOf(claims: Iterable<Claim>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { key, amount } of claims) sums.set(key, (sums.get(key) ?? 0) + amount);
  for (const [key, sum] of sums) if (sum === 0) sums.delete(key);
  return sums;
}

function lower(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
