import type { Reservation } from '../../model/reservation.ts';
import { sumsOf } from '../exchange-claims.ts';
import type { SumRepair } from '../store.ts';
import { leaseNow } from './lease-clock.ts';
import { addToQuota } from './quotas.ts';
import { entriesUnder, type Tables } from './tables.ts';

/**
 * Inside a transaction: recomputes an engine's indexes and sums from its reservations. Returns the sums that were
 * wrong.
 */
export function repairLedger(
  tables: Tables,
  engineId: string,
  knownIds: readonly string[],
  leaseMs: number,
): SumRepair[] {
  const ours = repairIndexes(tables, engineId, knownIds, leaseMs);
  const claimed = sumsOf(ours.flatMap(({ claims }) => claims));
  const found = new Map(entriesUnder(tables.sums, engineId));
  const wrong = [...new Set([...claimed.keys(), ...found.keys()])].flatMap((key) => {
    const [was, is] = [found.get(key) ?? 0, claimed.get(key) ?? 0];
    return was === is ? [] : [{ key, was, is }];
  });
  for (const { key, was, is } of wrong) {
    addToQuota(tables, key, is - was);
    if (is === 0) tables.sums.remove([engineId, key]);
    else tables.sums.put([engineId, key], is);
  }
  return wrong;
}

/** Returns the engine's reservations. */
function repairIndexes(
  tables: Tables,
  engineId: string,
  knownIds: readonly string[],
  leaseMs: number,
): readonly Reservation[] {
  const { reservations, reservationsByEngine, leaseEnds } = tables;
  const indexed = [...entriesUnder(reservationsByEngine, engineId)].map(([id]) => id);
  return [...new Set([...indexed, ...knownIds])].flatMap((id) => {
    const stored = reservations.get(id);
    if (stored?.value.engineId !== engineId) {
      reservationsByEngine.remove([engineId, id]);
      return [];
    }
    reservationsByEngine.put([engineId, id], true);
    if (stored.value.state === 'reserved') {
      const leaseUntil = stored.leaseUntil ?? leaseNow() + leaseMs;
      leaseEnds.put([leaseUntil, id], true);
      reservations.put(id, { ...stored, leaseUntil });
    }
    return [stored.value];
  });
}
