import { pause } from '../runtime/pause.ts';
import type { Cluster } from './cluster.ts';

/** What a service does by time alone is seen no later. */
const recheckMs = 250;
/** Changes come in bursts. */
const gatherMs = 20;

/** Resolves when it is so, or after that time: whether it is so. Looks after every change. */
export async function until({ cache }: Cluster, isSo: () => boolean, withinMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(withinMs);
  for (;;) {
    const { count } = cache.changes;
    if (isSo()) return true;
    if (signal.aborted) return false;
    await cache.changes.next(count, recheckMs, signal);
    await pause(gatherMs, signal);
  }
}
