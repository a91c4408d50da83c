import type { ClaimSums } from '../model/claim.ts';
import { isQuotaClaim } from '../model/project.ts';
import type { Cluster } from '../state/cluster.ts';
import type { SumRepair } from '../store/store.ts';

/** How many repaired keys a log line names. */
const namedKeys = 20;

/**
 * Compares an engine's sums with its reservations, and repairs them if the store lost data (an eviction, a manual
 * change). The cached sums are compared first, which costs the store one small read.
 */
export async function repairLedger(
  cluster: Pick<Cluster, 'store' | 'cache' | 'settings' | 'logger'>,
  engineId: string,
): Promise<void> {
  const { store, cache, settings, logger } = cluster;
  // Repeated on a difference: a reservation may have been made between the two reads.
  if ((await isRight(cluster, engineId)) || (await isRight(cluster, engineId))) return;
  const known = cache.reservations(engineId).map(({ id }) => id);
  const repairs = await store.repairLedger(engineId, known, settings.leaseMs);
  if (repairs.length === 0) return;
  // The totals of quotas at the time of the fault are unknown.
  if (repairs.some(isQuotaClaim)) logRecount(logger, await store.recountQuotas());
  logger.warn({ engineId, count: repairs.length, repairs: repairs.slice(0, namedKeys) }, 'ledger repaired');
}

/** The same for the totals of quotas, also at the cost of one small read. */
export async function repairQuotas({
  store,
  cache,
  logger,
}: Pick<Cluster, 'store' | 'cache' | 'logger'>): Promise<void> {
  const isSame = async () => {
    const found = await store.quotas();
    await cache.catchUp();
    return isEqual(found, cache.quotas.totals());
  };
  if ((await isSame()) || (await isSame())) return;
  logRecount(logger, await store.recountQuotas());
}

function logRecount(logger: Cluster['logger'], repairs: readonly SumRepair[]): void {
  if (repairs.length === 0) return;
  logger.warn({ count: repairs.length, repairs: repairs.slice(0, namedKeys) }, 'totals of quotas repaired');
}

async function isRight({ store, cache }: Pick<Cluster, 'store' | 'cache'>, engineId: string): Promise<boolean> {
  const found = await store.sums(engineId);
  await cache.catchUp();
  const expectedSums = new Map<string, number>();
  for (const { claims } of cache.reservations(engineId)) {
    for (const { key, amount } of claims) expectedSums.set(key, (expectedSums.get(key) ?? 0) + amount);
  }
  return isEqual(found, expectedSums);
}

function isEqual(one: ClaimSums, other: ClaimSums): boolean {
  const keys = new Set([...one.keys(), ...other.keys()]);
  return [...keys].every((key) => (one.get(key) ?? 0) === (other.get(key) ?? 0));
}
