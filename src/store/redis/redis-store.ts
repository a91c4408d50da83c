import { Redis } from 'ioredis';
import { type FeedOptions, feedLimits } from '../feed-limits.ts';
import type { Store } from '../store.ts';
import { type RedisAddress, type RedisTlsOptions, redisAddress } from './address.ts';
import { announceWith } from './announce.ts';
import { type CreateClient, clientOptions, connectRedis } from './connection.ts';
import { redisDocuments } from './documents.ts';
import { examineRedis } from './examine.ts';
import { redisFeed } from './feed.ts';
import { redisKeys } from './keys.ts';
import { redisLeases } from './leases.ts';
import { redisLedger } from './ledger.ts';
import { defineScripts } from './scripts.ts';
import { redisSnapshot } from './snapshot.ts';
import type { StoreLogger } from './store-logger.ts';
import { readTrial, writeTrial } from './trial.ts';

export type RedisStoreOptions = RedisEndpoint &
  FeedOptions & {
    /** The prefix of all key names, so that several clusters can share one Redis. */
    readonly prefix?: string;
    /** For TLS URLs. */
    readonly tls?: RedisTlsOptions | undefined;
    /** Logs outages of Redis, and settings that risk data. */
    readonly logger?: StoreLogger;
  };

/** A URL in one of the forms of redis-url.ts, or a socket path. */
type RedisEndpoint = { readonly url: string } | { readonly host: string; readonly port: number };

/**
 * A store in Redis 5 or newer, or Valkey, for any number of servers. Throws SatsumaError `store_unavailable` if Redis
 * is unreachable. Acknowledged changes are as durable as Redis makes them: with `appendonly yes` and `appendfsync
 * always` none is lost, with `everysec` up to two seconds may be, with neither more. Behind Sentinels, a change is
 * acknowledged once replicas have confirmed it, and a failover to one of them loses none.
 */
export function openRedisStore(options: RedisStoreOptions): Promise<Store> {
  return openStoreWith(
    (url, settings) => (url === undefined ? new Redis(settings) : new Redis(url, settings)),
    options,
  );
}

/** The duration of one blocking read of a follower. */
const followerBlockMs = 3_000;

/** For tests, which pass the client of ioredis-mock. */
export async function openStoreWith(
  createClient: CreateClient,
  options: RedisStoreOptions,
  blockMs = followerBlockMs,
): Promise<Store> {
  const { prefix = 'satsuma', logger } = options;
  const keys = redisKeys(prefix);
  const announce = announceWith(keys, feedLimits(options));
  const {
    url,
    options: place,
    ...address
  } = 'url' in options ? redisAddress(options.url, prefix, options.tls) : at(options);
  const client = createClient(url, { ...clientOptions, ...place });
  defineScripts(client);
  const connection = await connectRedis(client, { ...address, prefix, ...(logger && { logger }) });
  const ping = writeTrial(connection, keys);
  try {
    await connection.run((ready) => readTrial(ready, keys));
    await ping();
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    ...redisDocuments(connection, keys, announce),
    ...redisLedger(connection, keys, announce),
    ...redisFeed(connection, keys, blockMs),
    ...redisLeases(connection, keys),
    snapshot: (kinds) => redisSnapshot(connection, keys, kinds),
    ping,
    async time() {
      const [seconds, microseconds] = await connection.run((ready) => ready.time());
      return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    },
    examine: () => connection.run(examineRedis),
    close: () => connection.close(),
  };
}

function at({ host, port }: { readonly host: string; readonly port: number }): RedisAddress {
  return { options: { host, port }, probed: { host, port, isTls: false } };
}
