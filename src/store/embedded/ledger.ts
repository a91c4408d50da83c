import type { Claim } from '../../model/claim.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { NewReservation, Reservation } from '../../model/reservation.ts';
import { checkEngineId, checkGuard, checkId, checkLease, checkReservation } from '../check-input.ts';
import { exchangeClaims } from '../exchange-claims.ts';
import { sortById } from '../sort-by-id.ts';
import type { Ledger, ReserveResult } from '../store.ts';
import type { Environment } from './environment.ts';
import type { Announce } from './feed.ts';
import { leaseNow } from './lease-clock.ts';
import { heldLease } from './leases.ts';
import { claimName, nameHolder, releaseName } from './names.ts';
import { addToQuota, firstBeyondQuota, recountQuotas } from './quotas.ts';
import { repairLedger } from './repair-ledger.ts';
import { entriesUnder, type StoredReservation } from './tables.ts';

/**
 * Invariant of every transaction: an engine's sums equal the sums of its reservations' claims, quota claims are also
 * summed over all engines, and each reservation in state `reserved` has one entry in `leaseEnds`.
 */
export function embeddedLedger(environment: Environment, announce: Announce): Ledger {
  const { tables } = environment;
  const { reservations, sums } = tables;

  return {
    async reserve({ reservation, engineVersion, leaseMs, ifVersion, lease, nameScope }) {
      checkReservation(reservation);
      checkLease(leaseMs);
      checkGuard({ lease });
      return environment.commit((): ReserveResult => {
        const { id, engineId, claims } = reservation;
        if (lease && heldLease(tables, lease.name)?.token !== lease.token) return { ok: false, reason: 'lease' };
        if (tables.documents.get(['engine', engineId])?.version !== engineVersion)
          return { ok: false, reason: 'stale' };
        const before = reservations.get(id);
        if (ifVersion === undefined && before) {
          throw new SatsumaError('invalid', `The reservation id ${id} is taken.`);
        }
        if (!isAsExpected(before, reservation, ifVersion)) return { ok: false, reason: 'changed' };
        const isNewName = before?.value.name !== reservation.name;
        const holder = nameScope === 'cluster' && isNewName ? nameHolder(tables, reservation) : undefined;
        if (holder !== undefined) return { ok: false, reason: 'name', holder };
        const moves = exchangeClaims(before?.value.claims ?? [], claims);
        const unfit = firstUnfit(engineId, moves);
        if (unfit) return { ok: false, reason: 'full', key: unfit.key };
        const lack = firstBeyondQuota(tables, moves);
        if (lack) return { ok: false, reason: 'quota', ...lack };
        return { ok: true, version: put({ ...reservation, state: 'reserved' }, before, leaseMs) };
      });
    },
    async adopt(reservation, containerId, { ifVersion } = {}) {
      checkReservation(reservation);
      return environment.commit(() => {
        const before = reservations.get(reservation.id);
        if (!isAsExpected(before, reservation, ifVersion)) return false;
        put({ ...reservation, state: 'bound', containerId }, before);
        return true;
      });
    },
    async renew(id, leaseMs) {
      checkId('The id of a reservation', id);
      checkLease(leaseMs);
      return environment.commit(() => {
        const stored = reservations.get(id);
        if (stored?.leaseUntil === undefined) return false;
        endLease(id, stored);
        reservations.put(id, { ...stored, leaseUntil: startLease(id, leaseMs) });
        return true;
      });
    },
    async bind(id, containerId, { ifVersion } = {}) {
      checkId('The id of a reservation', id);
      return environment.commit(() => {
        const stored = reservations.get(id);
        if (!stored) return undefined;
        if (stored.value.state === 'bound' && stored.value.containerId === containerId) return stored.version;
        if (ifVersion !== undefined && stored.version !== ifVersion) return undefined;
        const value: Reservation = { ...stored.value, state: 'bound', containerId };
        endLease(id, stored);
        const version = announce({ kind: 'reservation', id, value });
        reservations.put(id, { version, value });
        return version;
      });
    },
    async release(id, options = {}) {
      checkId('The id of a reservation', id);
      return environment.commit(() => {
        const stored = reservations.get(id);
        if (!stored || (options.onlyIfExpired && !isExpired(stored))) return false;
        const { engineId, claims } = stored.value;
        for (const { key, amount } of claims) addToSum(engineId, key, -amount);
        endLease(id, stored);
        releaseName(tables, stored.value);
        tables.reservationsByEngine.remove([engineId, id]);
        reservations.remove(id);
        announce({ kind: 'reservation', id });
        return true;
      });
    },
    async reservations(engineId) {
      if (engineId !== undefined) checkEngineId(engineId);
      const found = environment.read(() => (engineId === undefined ? allReservations() : reservationsOf(engineId)));
      return sortById(found.map(([id, { version, value }]) => ({ id, value, version })));
    },
    async expired() {
      const end: [number, string] = [leaseNow() + 1, ''];
      return environment.read(() => [...tables.leaseEnds.getKeys({ end })].map(([, id]) => id));
    },
    async sums(engineId) {
      checkEngineId(engineId);
      return environment.read(() => new Map(entriesUnder(sums, engineId)));
    },
    async quotas() {
      return environment.read(() => new Map([...tables.quotas.getRange({})].map(({ key, value }) => [key, value])));
    },
    recountQuotas: () => environment.commit(() => recountQuotas(tables)),
    async repairLedger(engineId, knownIds, leaseMs) {
      checkEngineId(engineId);
      checkLease(leaseMs);
      for (const id of knownIds) checkId('The id of a reservation', id);
      return environment.commit(() => repairLedger(tables, engineId, knownIds, leaseMs));
    },
  };

  /** `before`: the reservation that it replaces. */
  function put(value: Reservation, before: StoredReservation | undefined, leaseMs?: number): number {
    const { id, engineId, claims } = value;
    const version = announce({ kind: 'reservation', id, value });
    if (before) endLease(id, before);
    for (const { key, amount } of exchangeClaims(before?.value.claims ?? [], claims)) addToSum(engineId, key, amount);
    claimName(tables, value, before?.value);
    tables.reservationsByEngine.put([engineId, id], true);
    const lease = leaseMs === undefined ? {} : { leaseUntil: startLease(id, leaseMs) };
    reservations.put(id, { version, value, ...lease });
    return version;
  }

  /** Unlike the model's version, it adds claims of one reservation with the same key. */
  function firstUnfit(engineId: string, claims: NewReservation['claims']): Claim | undefined {
    const after = new Map<string, number>();
    return claims.find(({ key, amount, limit }) => {
      const sum = (after.get(key) ?? sums.get([engineId, key]) ?? 0) + amount;
      after.set(key, sum);
      return limit !== null && sum > limit;
    });
  }

  function addToSum(engineId: string, key: string, amount: number): void {
    const sum = (sums.get([engineId, key]) ?? 0) + amount;
    if (sum === 0) sums.remove([engineId, key]);
    else sums.put([engineId, key], sum);
    addToQuota(tables, key, amount);
  }

  function startLease(id: string, leaseMs: number): number {
    const leaseUntil = leaseNow() + leaseMs;
    tables.leaseEnds.put([leaseUntil, id], true);
    return leaseUntil;
  }

  function endLease(id: string, { leaseUntil }: StoredReservation): void {
    if (leaseUntil !== undefined) tables.leaseEnds.remove([leaseUntil, id]);
  }

  function allReservations(): [string, StoredReservation][] {
    return [...reservations.getRange({})].map(({ key, value }) => [key, value]);
  }

  function reservationsOf(engineId: string): [string, StoredReservation][] {
    return [...entriesUnder(tables.reservationsByEngine, engineId)].flatMap(([id]) => {
      const stored = reservations.get(id);
      return stored ? [[id, stored]] : [];
    });
  }
}

function isAsExpected(
  stored: StoredReservation | undefined,
  { engineId }: NewReservation,
  ifVersion: number | undefined,
): boolean {
  if (!stored || ifVersion === undefined) return stored?.version === ifVersion;
  return stored.version === ifVersion && stored.value.engineId === engineId;
}

function isExpired({ leaseUntil }: StoredReservation): boolean {
  return leaseUntil !== undefined && leaseUntil <= leaseNow();
}
