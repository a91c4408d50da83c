import { randomUUID } from 'node:crypto';
import { SatsumaError } from '../model/errors.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence } from '../store/store.ts';

/** After this time, another server takes over from a killed one. */
const leaseMs = 15_000;
const renewMs = 4_000;

/** An exclusive lease of this server on a task. */
export interface HeldLease {
  readonly fence: Fence;
  /** Aborts when the lease is lost: another server may have taken over. */
  readonly signal: AbortSignal;
  end(): Promise<void>;
}

/**
 * `what` names the task in the error when the lease is lost. Undefined: another server holds it. Throws
 * `store_unavailable`.
 */
export async function holdLease(
  { store, clock, logger }: Pick<Cluster, 'store' | 'clock' | 'logger'>,
  name: string,
  what: string,
): Promise<HeldLease | undefined> {
  const holder = randomUUID();
  const acquire = () => store.acquireLease(name, holder, leaseMs);
  let until = clock.steadyMs() + leaseMs;
  const lease = await acquire();
  if (!lease) return undefined;
  const lost = new AbortController();
  const lose = () => lost.abort(new SatsumaError('reservation_lost', `another server took ${what} over`));
  const renew = async () => {
    const next = clock.steadyMs() + leaseMs;
    try {
      if ((await acquire())?.token !== lease.token) return lose();
      until = next;
    } catch (error) {
      logger.debug({ err: error, lease: name }, 'lease not renewed');
    }
    if (clock.steadyMs() > until) lose();
  };
  const timer = setInterval(() => void renew(), renewMs).unref();
  return {
    fence: { name, token: lease.token },
    signal: lost.signal,
    end: async () => {
      clearInterval(timer);
      // If the store is unavailable, it expires.
      await store.releaseLease(name, lease.token).catch(() => undefined);
    },
  };
}
