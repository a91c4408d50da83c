import { withTimeout } from '../runtime/with-timeout.ts';
import type { Cluster } from '../state/cluster.ts';

const timeoutMs = 2_000;

/** How many milliseconds the store took to answer; undefined: it did not, or not in time. */
export async function pingStore({ store }: Pick<Cluster, 'store'>): Promise<number | undefined> {
  const started = performance.now();
  const answer = store.ping().then(
    () => performance.now() - started,
    () => undefined,
  );
  const took = await withTimeout(timeoutMs, answer);
  return typeof took === 'number' ? took : undefined;
}
