import type { Cluster } from '../state/cluster.ts';

/**
 * Renews the reservation's lease until the returned function is called, because a pull may take longer than the lease.
 */
export function keepLease({ store, settings, logger }: Cluster, reservationId: string): () => void {
  const renew = () => {
    store.renew(reservationId, settings.leaseMs).catch((error: unknown) => {
      logger.warn({ err: error, reservationId }, 'lease not renewed');
    });
  };
  // Does not keep the process alive.
  const timer = setInterval(renew, settings.leaseMs / 3).unref();
  return () => clearInterval(timer);
}
