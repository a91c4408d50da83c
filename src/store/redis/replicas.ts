import type { Redis } from 'ioredis';
import { SatsumaError } from '../../model/errors.ts';

/** How long replicas may take over a change. */
const replicatedWithinMs = 1_000;

/** Runs a call that changes something in Redis. */
export type Change = <T>(call: (client: Redis) => Promise<T>) => Promise<T>;

/**
 * Acknowledges a change once so many replicas have it, because the primary may be gone in the next moment, and what only
 * it had with it. Throws `store_unavailable` where they do not have it in time: it may stay or go then.
 *
 * WAIT speaks of what its own connection has sent. On the connection made after a failover it would be content at once,
 * with a change that is lost; so it counts only where the connection was not closed since the change was sent. One WAIT
 * is under way at a time, and serves all changes before it: Redis answers nothing else on the connection meanwhile.
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

  /** Resolves with the connection that it was true of. */
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
