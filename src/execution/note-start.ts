import { isSatsumaError, type SatsumaError } from '../model/errors.ts';
import { timestamp } from '../state/clock.ts';
import type { Cluster } from '../state/cluster.ts';
import type { DocumentChange } from '../store/store.ts';

/** The minimum interval between writes about one engine. */
const writeEveryMs = 30_000;
const maxReasonLength = 300;

/** Whether the engine is at fault for a failed start. Timeouts count, because a hanging engine starts nothing. */
export function isFailedStart(error: unknown): error is SatsumaError {
  return isSatsumaError(error, 'engine_failed', 'engine_timeout');
}

/**
 * Records that an engine failed to start a container, so that it ranks last until a start succeeds. The first failure
 * is stored at once; later ones are counted in memory, and stored occasionally.
 */
export async function noteFailedStart(cluster: Cluster, engineId: string, error: SatsumaError): Promise<void> {
  const { cache, clock, logger } = cluster;
  if (!cache.hasEngine(engineId)) return;
  const before = cache.startFailures.of(engineId);
  const last = timestamp(clock);
  const reason = error.message.slice(0, maxReasonLength);
  const value = { count: (before?.count ?? 0) + 1, since: before?.since ?? last, last, reason };
  const written = cache.startFailures.writtenUpTo(engineId);
  const isChange = written === undefined || Date.parse(last) >= Date.parse(written) + writeEveryMs;
  cache.startFailures.count(engineId, value);
  if (!before) {
    logger.warn({ engineId, err: error }, 'engine failed to start a container; it ranks last until it starts one');
  }
  if (isChange) await write(cluster, { kind: 'start-failures', id: engineId, value });
}

/** Clears an engine's failures after a successful start. */
export async function noteStart(cluster: Cluster, engineId: string): Promise<void> {
  const failures = cluster.cache.startFailures.of(engineId);
  if (!failures) return;
  cluster.logger.info({ engineId, failures: failures.count }, 'engine starts containers again');
  await write(cluster, { kind: 'start-failures', id: engineId });
}

/** The counts only improve later placements, so errors are ignored. */
async function write({ store, cache, logger }: Cluster, change: StartFailureChange): Promise<void> {
  try {
    const written = await store.write([change]);
    if (written.ok) cache.apply({ ...change, version: written.version });
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    logger.debug({ engineId: change.id, err: error }, 'start failures not written');
  }
}

type StartFailureChange = Extract<DocumentChange, { kind: 'start-failures' }>;
