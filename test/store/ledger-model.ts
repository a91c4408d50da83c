import type { Claim } from '../../src/model/claim.ts';
import type { NewReservation, Reservation } from '../../src/model/reservation.ts';

/** The ledger as simply as it can be said: what every store must agree with. Leases are over at once or never. */
export class LedgerModel {
  readonly #held = new Map<string, Reservation & { readonly isExpired: boolean }>();

  reserve(reservation: NewReservation, isExpired: boolean): 'ok' | 'taken' | { readonly full: string } {
    const { id, engineId, claims } = reservation;
    if (this.#held.has(id)) return 'taken';
    const unfit = claims.find(({ key, limit }, i) => {
      const sum = (this.sums(engineId).get(key) ?? 0) + (sumsOf(claims.slice(0, i + 1)).get(key) ?? 0);
      return limit !== null && sum > limit;
    });
    if (unfit) return { full: unfit.key };
    this.#held.set(id, { ...reservation, state: 'reserved', isExpired });
    return 'ok';
  }

  adopt(reservation: NewReservation, containerId: string): boolean {
    if (this.#held.has(reservation.id)) return false;
    this.#held.set(reservation.id, { ...reservation, state: 'bound', containerId, isExpired: false });
    return true;
  }

  /** Exchanges what a reservation on that engine holds; undefined: there is none. */
  exchange(
    after: Reservation & { readonly isExpired: boolean },
    hasLimits: boolean,
  ): 'ok' | { full: string } | undefined {
    const before = this.#held.get(after.id);
    if (before?.engineId !== after.engineId) return undefined;
    const [had, has] = [sumsOf(before.claims), sumsOf(after.claims)];
    const unfit = after.claims.find(({ key, limit }) => {
      const growth = (has.get(key) ?? 0) - (had.get(key) ?? 0);
      return limit !== null && growth > 0 && (this.sums(after.engineId).get(key) ?? 0) + growth > limit;
    });
    if (unfit && hasLimits) return { full: unfit.key };
    this.#held.set(after.id, after);
    return 'ok';
  }

  bind(id: string, containerId: string): boolean {
    const held = this.#held.get(id);
    if (!held) return false;
    this.#held.set(id, { ...held, state: 'bound', containerId, isExpired: false });
    return true;
  }

  renew(id: string): boolean {
    const held = this.#held.get(id);
    if (held?.state !== 'reserved') return false;
    this.#held.set(id, { ...held, isExpired: false });
    return true;
  }

  release(id: string, onlyIfExpired: boolean): boolean {
    if (onlyIfExpired && !this.#held.get(id)?.isExpired) return false;
    return this.#held.delete(id);
  }

  expired(): string[] {
    return [...this.#held.values()].filter(({ isExpired }) => isExpired).map(({ id }) => id);
  }

  reservations(engineId?: string): Reservation[] {
    const all = [...this.#held.values()].map(({ isExpired: _, ...reservation }) => reservation);
    return all.filter((reservation) => engineId === undefined || reservation.engineId === engineId);
  }

  sums(engineId: string): Map<string, number> {
    return sumsOf(this.reservations(engineId).flatMap(({ claims }) => claims));
  }
}

export function sumsOf(claims: readonly Claim[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { key, amount } of claims) if (amount > 0) sums.set(key, (sums.get(key) ?? 0) + amount);
  return sums;
}

export type Step =
  | { readonly do: 'reserve'; readonly id: string; readonly engineId: string; claims: Claim[]; leaseMs: number }
  | { readonly do: 'adopt'; readonly id: string; readonly engineId: string; claims: Claim[] }
  | { readonly do: 'retake'; readonly id: string; readonly engineId: string; claims: Claim[]; leaseMs: number }
  | { readonly do: 'settle'; readonly id: string; readonly engineId: string; claims: Claim[] }
  | { readonly do: 'bind' | 'renew' | 'release' | 'expire'; readonly id: string };
