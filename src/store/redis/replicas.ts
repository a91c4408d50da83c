import type { Redis } from 'ioredis';
import { SatsumaError } from '../../model/errors.ts';

/** The timeout for the replicas' confirmation. */
const replicatedWithinMs = 1_000;

/** Runs a call that changes something in Redis. */
export type Change = <T>(call: (client: Redis) => Promise<T>) => Promise<T>;

/**
 * Acknowledges a change once enough replicas have it, because the primary may fail at any moment. Throws
 * `store_unavailable` if they do not confirm in time: the change may or may not persist.
 *
 * WAIT covers the writes of its own connection. On the connection after a failover it would succeed immediately,
 * although the change is lost; so it only counts if the connection was not closed since the change was sent. One WAIT
 * runs at a time and covers all changes before it: Redis answers nothing else on the connection meanwhile.
 */
export function withReplicas(client: Redis, run: Change, replicas: number, endpoint: string): Change {
  let closings = 0;
  client.on('close', () => {
    closings += 1;
  });
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<number> | undefined;

  return (call) =>
    run(async () => {
      const before = closings;
      const reply = await call(client);
      next ??= nextWait();
      if ((await next) !== before) throw new Error('Connection is closed.');
      return reply;
    });

  /** Resolves with the number of the connection that it covers. */
  async function nextWait(): Promise<number> {
    await current;
    next = undefined;
    const connection = closings;
    const answer = client.wait(replicas, replicatedWithinMs);
    current = answer.catch(() => {});
    const reached = await answer;
    if (reached >= replicas) return connection;
    const message = `Redis at ${endpoint} has the change, and ${reached} of ${replicas} replicas; it may be lost.`;
    throw new SatsumaError('store_unavailable', message);
  }
}
