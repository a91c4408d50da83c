import type { Claim } from '../../model/claim.ts';
import type { NewReservation } from '../../model/reservation.ts';
import { checkEngineId, checkGuard, checkId, checkLease, checkReservation, isId } from '../check-input.ts';
import { exchangeClaims, sumsOf } from '../exchange-claims.ts';
import { sortById } from '../sort-by-id.ts';
import type { Ledger } from '../store.ts';
import type { Announce } from './announce.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { engineOf, reservationOf } from './records.ts';
import { bindResult, isOk, repairResult, reserveResult, strings } from './results.ts';
import { runScript, type ScriptName } from './scripts.ts';

/**
 * Invariant of every script: an engine's sums equal the sums of its reservations' claims, quota claims are also summed
 * over all engines, and each reservation in state `reserved` has one entry among the lease ends.
 */
export function redisLedger({ run, change }: RedisConnection, keys: RedisKeys, announce: Announce): Ledger {
  const script = (name: ScriptName, scriptKeys: string[], ...args: (string | number)[]): Promise<unknown> => {
    return change((client) => runScript(client, name, scriptKeys, args));
  };

  return {
    async reserve({ reservation, engineVersion, leaseMs, ifVersion, lease, nameScope }) {
      checkReservation(reservation);
      checkLease(leaseMs);
      checkGuard({ lease });
      const { id, engineId } = reservation;
      const exchanged = await exchange(reservation, ifVersion);
      if (!exchanged) return { ok: false, reason: 'changed' };
      const { claims, nameBefore } = exchanged;
      const name = nameOf(reservation);
      const reply = await script(
        'reserve',
        [
          ...announce.keys,
          keys.documents('engine'),
          keys.reservations,
          keys.leaseEnds,
          keys.sums(engineId),
          keys.reservationsOf(engineId),
          keys.leases,
          keys.names,
          keys.quotas,
          keys.documents('project'),
        ],
        ...[...announce.args(), id, engineId, engineVersion, leaseMs, ifVersion ?? '', JSON.stringify(reservation)],
        ...[lease?.name ?? '', lease?.token ?? ''],
        ...[name, reservation.replaces ?? '', nameScope === 'cluster' && name !== nameBefore ? 1 : 0, nameBefore],
        ...claims.flatMap(({ key, amount, limit }) => [key, amount, limit ?? '']),
      );
      return reserveResult(reply, id);
    },
    async adopt(reservation, containerId, { ifVersion } = {}) {
      checkReservation(reservation);
      const { id, engineId } = reservation;
      const exchanged = await exchange(reservation, ifVersion);
      if (!exchanged) return false;
      const reply = await script(
        'adopt',
        [
          ...announce.keys,
          keys.reservations,
          keys.leaseEnds,
          keys.sums(engineId),
          keys.reservationsOf(engineId),
          keys.names,
          keys.quotas,
        ],
        ...[
          ...announce.args(),
          id,
          engineId,
          ifVersion ?? '',
          JSON.stringify(containerId),
          JSON.stringify(reservation),
        ],
        ...[exchanged.nameBefore, nameOf(reservation)],
        ...exchanged.claims.flatMap(({ key, amount }) => [key, amount]),
      );
      return isOk(reply, 'taken', 'changed');
    },
    async renew(id, leaseMs) {
      checkId('The id of a reservation', id);
      checkLease(leaseMs);
      return isOk(await script('renew', [keys.leaseEnds], id, leaseMs), 'gone');
    },
    async bind(id, containerId, { ifVersion } = {}) {
      checkId('The id of a reservation', id);
      const scriptKeys = [...announce.keys, keys.reservations, keys.leaseEnds];
      const args = [...announce.args(), id, JSON.stringify(containerId), ifVersion ?? ''];
      return bindResult(await script('bind', scriptKeys, ...args));
    },
    async release(id, { onlyIfExpired = false } = {}) {
      checkId('The id of a reservation', id);
      // Retries after a concurrent change of the reservation.
      for (;;) {
        const record = await run((client) => client.hget(keys.reservations, id));
        if (record === null) return false;
        const { version, value } = reservationOf(id, record);
        const reply = await script(
          'release',
          [
            ...announce.keys,
            keys.reservations,
            keys.leaseEnds,
            keys.sums(value.engineId),
            keys.reservationsOf(value.engineId),
            keys.names,
            keys.quotas,
          ],
          ...[...announce.args(), id, version, onlyIfExpired ? 1 : 0, nameOf(value)],
          ...value.claims.flatMap(({ key, amount }) => [key, -amount]),
        );
        if (reply !== 'changed') return isOk(reply, 'gone', 'held');
      }
    },
    async reservations(engineId) {
      if (engineId !== undefined) checkEngineId(engineId);
      const records = engineId === undefined ? await allRecords() : await recordsOf(engineId);
      return sortById(records.map(([id, record]) => reservationOf(id, record)));
    },
    async expired() {
      return strings(await run((client) => runScript(client, 'expired', [keys.leaseEnds], [])));
    },
    async sums(engineId) {
      checkEngineId(engineId);
      const sums = await run((client) => client.hgetall(keys.sums(engineId)));
      return new Map(Object.entries(sums).map(([key, sum]) => [key, Number(sum)]));
    },
    async quotas() {
      const sums = await run((client) => client.hgetall(keys.quotas));
      return new Map(Object.entries(sums).map(([key, sum]) => [key, Number(sum)]));
    },
    async recountQuotas() {
      // Retries after an engine was added concurrently.
      for (;;) {
        const ids = await engineIds();
        const scriptKeys = [
          ...[keys.quotas, keys.documents('engine'), keys.reservations],
          ...ids.map((id) => keys.sums(id)),
        ];
        const repairs = repairResult(await script('recountQuotas', scriptKeys, ...ids));
        if (repairs) return repairs;
      }
    },
    async repairLedger(engineId, knownIds, leaseMs) {
      checkEngineId(engineId);
      checkLease(leaseMs);
      for (const id of knownIds) checkId('The id of a reservation', id);
      const engineKeys = [keys.sums(engineId), keys.reservationsOf(engineId)];
      const scriptKeys = [keys.reservations, keys.leaseEnds, ...engineKeys, keys.quotas];
      // Retries after a concurrent change.
      for (;;) {
        const read = await recordsFor(engineId, knownIds);
        const ours = read.flatMap(({ reservation }) => (reservation ? [reservation.value] : []));
        const sums = sumsOf(ours.flatMap(({ claims }) => claims));
        const versions = read.flatMap(({ id, reservation }) => [id, reservation?.version ?? '']);
        const reply = await script(
          'repairSums',
          scriptKeys,
          engineId,
          leaseMs,
          read.length,
          ...versions,
          ...[...sums].flat(),
        );
        const repairs = repairResult(reply);
        if (repairs) return repairs;
      }
    },
  };

  /**
   * The changes of the sums, and the previous name; undefined: the record to replace is gone. The script checks the
   * version again.
   */
  async function exchange(
    { id, engineId, claims }: NewReservation,
    ifVersion: number | undefined,
  ): Promise<{ readonly claims: readonly Claim[]; readonly nameBefore: string } | undefined> {
    if (ifVersion === undefined) return { claims, nameBefore: '' };
    const record = await run((client) => client.hget(keys.reservations, id));
    if (record === null) return undefined;
    const { version, value } = reservationOf(id, record);
    if (version !== ifVersion || value.engineId !== engineId) return undefined;
    return { claims: exchangeClaims(value.claims, claims), nameBefore: nameOf(value) };
  }

  /** Engines with a document, and those with reservations only: a restore writes reservations first. */
  async function engineIds(): Promise<string[]> {
    const known = Object.keys(await run((client) => client.hgetall(keys.documents('engine'))));
    const holders = (await allRecords()).map(([, record]) => engineOf(record));
    return [...new Set([...known, ...holders])];
  }

  /** The records with these ids and those in the engine's index; absent if they belong to another engine. */
  async function recordsFor(engineId: string, knownIds: readonly string[]) {
    const indexed = await run((client) => client.smembers(keys.reservationsOf(engineId)));
    const ids = [...new Set([...indexed, ...knownIds])];
    if (ids.length === 0) return [];
    const records = await run((client) => client.hmget(keys.reservations, ...ids));
    return ids.map((id, at) => {
      const record = records[at];
      const found = record == null ? undefined : reservationOf(id, record);
      return { id, reservation: found?.value.engineId === engineId ? found : undefined };
    });
  }

  async function allRecords(): Promise<[id: string, record: string][]> {
    return Object.entries(await run((client) => client.hgetall(keys.reservations)));
  }

  async function recordsOf(engineId: string): Promise<[id: string, record: string][]> {
    const scriptKeys = [keys.reservationsOf(engineId), keys.reservations];
    const found = strings(await run((client) => runScript(client, 'reservationsOf', scriptKeys, [])));
    return Array.from({ length: found.length / 2 }, (_, at) => [found[2 * at] ?? '', found[2 * at + 1] ?? '']);
  }
}

/** As the scripts expect it; '' if it cannot be a key. */
function nameOf({ name }: NewReservation): string {
  return isId(name) ? name : '';
}
