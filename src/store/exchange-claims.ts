import type { Claim } from '../model/claim.ts';

/**
 * By how much each sum moves when a reservation gives back some claims and takes others in one step; amounts may be
 * negative. What does not grow has no limit: it was there already.
 */
export function exchangeClaims(before: readonly Claim[], after: readonly Claim[]): readonly Claim[] {
  if (before.length === 0) return after;
  const keys = new Set([...after, ...before].map(({ key }) => key));
  return [...keys].map((key) => {
    const taken = after.filter((claim) => claim.key === key);
    const amount = sumOf(taken) - sumOf(before.filter((claim) => claim.key === key));
    const limits = taken.flatMap(({ limit }) => (limit === null ? [] : [limit]));
    return { key, amount, limit: amount > 0 && limits.length > 0 ? Math.min(...limits) : null };
  });
}

/** What all claims add up to, by key. A sum of 0 has no entry. */
export function sumsOf(claims: Iterable<Claim>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { key, amount } of claims) sums.set(key, (sums.get(key) ?? 0) + amount);
  for (const [key, sum] of sums) if (sum === 0) sums.delete(key);
  return sums;
}

function sumOf(claims: readonly Claim[]): number {
  return claims.reduce((sum, { amount }) => sum + amount, 0);
}
