import type { ClaimSums } from '../model/claim.ts';
import { isQuotaClaim } from '../model/project.ts';
import type { Reservation } from '../model/reservation.ts';

/** The number of holders in an error. */
const maxHolders = 5;

type Held = readonly [name: string, amount: number];

interface Quota {
  used: number;
  /** By name; a service or job is one holder. */
  readonly holders: Map<string, number>;
  /** The largest holders, in descending order; undefined: to be recomputed. */
  largest: readonly Held[] | undefined;
}

/**
 * The usage of project quotas and their largest holders, updated incrementally: many services may retry a full quota
 * each second.
 */
export class QuotaIndex {
  readonly #quotas = new Map<string, Quota>();

  put(reservation: Reservation): void {
    this.#add(reservation, 1);
  }

  remove(reservation: Reservation): void {
    this.#add(reservation, -1);
  }

  clear(): void {
    this.#quotas.clear();
  }

  /** By claim key. */
  used(key: string): number {
    return this.#quotas.get(key)?.used ?? 0;
  }

  totals(): ClaimSums {
    return new Map([...this.#quotas].map(([key, { used }]) => [key, used]));
  }

  /** The largest holders, in descending order. */
  largest(key: string): readonly Held[] {
    const quota = this.#quotas.get(key);
    if (!quota) return [];
    quota.largest ??= [...quota.holders].reduce(withHolder, []);
    return quota.largest;
  }

  #add(reservation: Reservation, sign: 1 | -1): void {
    const claims = reservation.claims.filter(isQuotaClaim);
    if (claims.length === 0) return;
    const name = holderName(reservation);
    for (const { key, amount } of claims) this.#move(key, name, sign * amount);
  }

  #move(key: string, name: string, amount: number): void {
    const quota = this.#quotas.get(key) ?? { used: 0, holders: new Map<string, number>(), largest: [] };
    quota.used += amount;
    const held = (quota.holders.get(name) ?? 0) + amount;
    if (held === 0) quota.holders.delete(name);
    else quota.holders.set(name, held);
    if (quota.holders.size === 0) {
      this.#quotas.delete(key);
      return;
    }
    this.#quotas.set(key, quota);
    if (amount > 0) quota.largest &&= withHolder(quota.largest, [name, held]);
    // Another holder may be among the largest now.
    else if (quota.largest?.some(([each]) => each === name)) quota.largest = undefined;
  }
}

function withHolder(largest: readonly Held[], holder: Held): readonly Held[] {
  const last = largest[maxHolders - 1];
  if (last && compare(last, holder) < 0) return largest;
  const others = largest.filter(([name]) => name !== holder[0]);
  return [...others, holder].sort(compare).slice(0, maxHolders);
}

function compare(a: Held, b: Held): number {
  return b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
}

function holderName({ replica, task, name }: Reservation): string {
  if (replica) return `service ${replica.service}`;
  return task ? `job ${task.job}` : `container ${name}`;
}
