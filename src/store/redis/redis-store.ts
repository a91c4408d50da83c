import { Redis, type RedisOptions } from 'ioredis';
import { SatsumaError } from '../../model/errors.ts';
import { isSentinelUrl, parseSentinelUrl, type SentinelUrl, sentinelForm } from '../../model/sentinel-url.ts';
import { type FeedOptions, feedLimits } from '../feed-limits.ts';
import type { Store } from '../store.ts';
import { announceWith } from './announce.ts';
import { type CreateClient, clientOptions, connectRedis, type StoreLogger } from './connection.ts';
import { redisDocuments } from './documents.ts';
import { redisFeed } from './feed.ts';
import { redisKeys } from './keys.ts';
import { redisLeases } from './leases.ts';
import { redisLedger } from './ledger.ts';
import { defineScripts } from './scripts.ts';
import { readTrial, writeTrial } from './trial.ts';

export type RedisStoreOptions = RedisAddress &
  FeedOptions & {
    /** What the names of all keys begin with, so that several clusters can share one Redis. */
    readonly prefix?: string;
    /** Told when Redis goes away and comes back, and of settings that risk data. */
    readonly logger?: StoreLogger;
  };

type RedisAddress =
  /** `redis://user:password@host:port/db`, `rediss://` for TLS, `redis+sentinel://...`, or the path of a socket. */
  { readonly url: string } | { readonly host: string; readonly port: number };

/**
 * A store in Redis 5 or newer, or Valkey, for any number of servers. Throws SatsumaError `store_unavailable` when Redis
 * is not there. What is acknowledged is as durable as Redis makes it: nothing is lost with `appendonly yes` and
 * `appendfsync always`, the last second or two may be with `everysec`, more with neither. Behind Sentinels a change is
 * acknowledged once replicas have it too, and a failover to one of those loses none.
 */
export function openRedisStore(options: RedisStoreOptions): Promise<Store> {
  return openStoreWith(
    (url, settings) => (url === undefined ? new Redis(settings) : new Redis(url, settings)),
    options,
  );
}

/** How long a follower waits for news in one go. */
const followerBlockMs = 3_000;

/** For the tests, which give the client of ioredis-mock. */
export async function openStoreWith(
  createClient: CreateClient,
  options: RedisStoreOptions,
  blockMs = followerBlockMs,
): Promise<Store> {
  const { prefix = 'satsuma', logger } = options;
  const keys = redisKeys(prefix);
  const announce = announceWith(keys, feedLimits(options));
  const sentinels = sentinelsOf(options);
  const client = sentinels ? createClient(undefined, sentinelOptions(sentinels)) : plainClient(createClient, options);
  defineScripts(client);
  const connection = await connectRedis(client, { prefix, replicas: sentinels?.replicas, ...(logger && { logger }) });
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
    ping,
    async time() {
      const [seconds, microseconds] = await connection.run((ready) => ready.time());
      return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    },
    close: () => connection.close(),
  };
}

function plainClient(createClient: CreateClient, options: RedisStoreOptions): Redis {
  if ('url' in options) return createClient(options.url, clientOptions);
  return createClient(undefined, { ...clientOptions, host: options.host, port: options.port });
}

/** Throws `invalid` where the URL begins like one of Sentinels and is none. */
function sentinelsOf(options: RedisStoreOptions): SentinelUrl | undefined {
  if (!('url' in options) || !isSentinelUrl(options.url)) return undefined;
  const parsed = parseSentinelUrl(options.url);
  if (!parsed) throw new SatsumaError('invalid', `The URL of the store must be ${sentinelForm}.`);
  return parsed;
}

function sentinelOptions({ sentinels, replicas: _, ...entrance }: SentinelUrl): RedisOptions {
  return { ...clientOptions, ...entrance, sentinels: [...sentinels] };
}
