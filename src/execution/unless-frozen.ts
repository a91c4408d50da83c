import { EngineSilence } from '../model/engine-silence.ts';
import { timedOut, withTimeout } from '../runtime/with-timeout.ts';
import type { Cluster } from '../state/cluster.ts';

/** How long an engine may be quiet before it is pinged, and how long a ping may take. */
interface FrozenLimits {
  readonly quietMs: number;
  readonly pingMs: number;
}

/** An engine with much to do answers a ping late. */
const usualLimits: FrozenLimits = { quietMs: 1_500, pingMs: 3_000 };

/**
 * The result of `work`, or `engine_timeout` once the engine answers neither that nor a ping: a frozen engine breaks no connection, and the deadline of
 * a call is for an engine that works on it. What `work` was about may still happen when the engine goes on.
 */
export async function unlessFrozen<T>(
  { pool, cache }: Pick<Cluster, 'pool' | 'cache'>,
  engineId: string,
  work: Promise<T>,
  { quietMs, pingMs }: FrozenLimits = usualLimits,
): Promise<T> {
  for (;;) {
    const answered = await withTimeout(quietMs, work);
    if (answered !== timedOut) return answered;
    if (!cache.hasEngine(engineId)) return await work;
    const ping = pool.client(cache.engine(engineId).value).ping({ isApart: true }).then(isNot, isSilence);
    const isSilent = await withTimeout(pingMs, Promise.race([ping, work.then(isNot, isNot)]));
    if (isSilent === false) continue;
    const seconds = (quietMs + pingMs) / 1000;
    work.catch(isNot);
    throw new EngineSilence(
      'engine_timeout',
      `engine ${engineId} does not answer: neither this call in ${seconds} s nor a ping in ${pingMs / 1000} s`,
    );
  }
}

const isNot = () => false;

/** Whatever else a ping fails with is an answer. */
const isSilence = (error: unknown) => error instanceof EngineSilence;
