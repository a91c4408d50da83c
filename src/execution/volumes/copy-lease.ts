import { randomUUID } from 'node:crypto';
import { SatsumaError } from '../../model/errors.ts';
import { volumeCopyLease } from '../../model/volume-copy.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Fence } from '../../store/store.ts';

/** So long after a server was killed another one takes up what it left of a copy. */
const leaseMs = 15_000;
const renewMs = 4_000;

/** That this server, and no other, works on a copy. */
export interface CopyLease {
  readonly fence: Fence;
  /** Aborts when the lease is lost: another server removes what was made by now. */
  readonly signal: AbortSignal;
  end(): Promise<void>;
}

/** Undefined: somebody else holds it. Throws `store_unavailable`. */
export async function holdCopy(
  { store, clock, logger }: Pick<Cluster, 'store' | 'clock' | 'logger'>,
  copyId: string,
): Promise<CopyLease | undefined> {
  const [name, holder] = [volumeCopyLease(copyId), randomUUID()];
  const acquire = () => store.acquireLease(name, holder, leaseMs);
  let until = clock.steadyMs() + leaseMs;
  const lease = await acquire();
  if (!lease) return undefined;
  const lost = new AbortController();
  const lose = () =>
    lost.abort(new SatsumaError('reservation_lost', 'another server took the copy of the volume over'));
  const renew = async () => {
    const next = clock.steadyMs() + leaseMs;
    try {
      if ((await acquire())?.token !== lease.token) return lose();
      until = next;
    } catch (error) {
      logger.debug({ err: error }, 'lease of a copy not renewed');
    }
    if (clock.steadyMs() > until) lose();
  };
  const timer = setInterval(() => void renew(), renewMs).unref();
  return {
    fence: { name, token: lease.token },
    signal: lost.signal,
    end: async () => {
      clearInterval(timer);
      // It ends by itself where the store is away.
      await store.releaseLease(name, lease.token).catch(() => undefined);
    },
  };
}
