import type { Cluster } from '../state/cluster.ts';

/** Renews the reservation's lease until the returned function is called: a pull may take longer than any lease. */
export function keepLease({ store, settings, logger }: Cluster, reservationId: string): () => void {
  const renew = () => {
    store.renew(reservationId, settings.leaseMs).catch((error: unknown) => {
      logger.warn({ err: error, reservationId }, 'lease not renewed');
    });
  };
  // Holds no process up: what it waits for does.
  const timer = setInterval(renew, settings.leaseMs / 3).unref();
  return () => clearInterval(timer);
}
