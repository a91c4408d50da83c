import { pause } from '../runtime/pause.ts';
import type { Cluster } from './cluster.ts';

/** Also checks at this interval, for conditions that depend on time. */
const recheckMs = 250;
/** Changes come in bursts. */
const gatherMs = 20;

/** Waits until the condition holds or the timeout expires; returns whether it holds. Checks after every change. */
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
