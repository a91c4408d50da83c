import type { Redis } from 'ioredis';
import type { RedisConnection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { isOk } from './results.ts';
import { runScript } from './scripts.ts';

/** How long a successful trial write is cached. */
const trustedForMs = 1_000;

/** Checks that the user may run the store's read commands; `writeTrial` covers those of the scripts. */
export async function readTrial(client: Redis, { trial, nothing }: RedisKeys): Promise<void> {
  const [, stream, hash, set] = trial;
  await client.get(nothing);
  await client.hget(hash, 'trial');
  await client.hmget(hash, 'trial');
  await client.hgetall(hash);
  await client.smembers(set);
  await client.xrange(stream, '-', '+', 'COUNT', 1);
  await client.xread('COUNT', 1, 'STREAMS', stream, '0');
}

/** Resolves if Redis accepts writes. Concurrent callers share one write. */
export function writeTrial({ change, run }: RedisConnection, keys: RedisKeys): () => Promise<void> {
  let succeededAt = Number.NEGATIVE_INFINITY;
  let current: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    isOk(await change((client) => runScript(client, 'trial', keys.trial, [])));
    succeededAt = performance.now();
  };
  return async () => {
    if (performance.now() < succeededAt + trustedForMs) {
      await run((client) => client.get(keys.nothing));
      return;
    }
    current ??= write().finally(() => {
      current = undefined;
    });
    await current;
  };
}
