import { pause } from '../runtime/pause.ts';
import type { Cluster } from './cluster.ts';

/** What a service does by time alone is seen no later. */
const lookAgainMs = 250;
/** Changes come in bursts. */
const gatherMs = 20;

/** Resolves when it is so, or after that time: whether it is so. Looks after every change. */
export async function until({ mirror }: Cluster, isSo: () => boolean, withinMs: number): Promise<boolean> {
  const signal = AbortSignal.timeout(withinMs);
  for (;;) {
    const { count } = mirror.changes;
    if (isSo()) return true;
    if (signal.aborted) return false;
    await mirror.changes.next(count, lookAgainMs, signal);
    await pause(gatherMs, signal);
  }
}
