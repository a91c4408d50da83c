import { withTimeout } from '../runtime/with-timeout.ts';
import type { Cluster } from '../state/cluster.ts';

const timeoutMs = 2_000;

/** The store's response time in milliseconds. Undefined: no answer in time. */
export async function pingStore({ store }: Pick<Cluster, 'store'>): Promise<number | undefined> {
  const started = performance.now();
  const answer = store.ping().then(
    () => performance.now() - started,
    () => undefined,
  );
  const took = await withTimeout(timeoutMs, answer);
  return typeof took === 'number' ? took : undefined;
}
