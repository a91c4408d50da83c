import { isDeepStrictEqual } from 'node:util';
import type { Redis } from 'ioredis';
import type { Change, ChangeFeed } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { changesOf, entryVersion } from './records.ts';

type Entry = [id: string, fields: string[]];

/** The changes of one version; `entry` is none for a reset. */
interface News {
  readonly entry?: Entry;
  readonly changes: readonly Change[];
}

/** How many entries are read at a time. */
const batchSize = 100;

/**
 * The feed is a stream with one entry for each version and no gaps; so where the next entry is missing, the cursor is
 * behind what is kept, or ahead of a Redis that lost its last writes. Each follower has a connection of its own, because
 * its waiting holds up all other commands. `blockMs`: how long one wait lasts before the connection is tried anew.
 */
export function redisFeed(connection: RedisConnection, keys: RedisKeys, blockMs: number): ChangeFeed {
  /** The last entry that a follower was given. */
  let lastGiven: Entry | undefined;

  return {
    async head() {
      return Number(await connection.run((client) => client.get(keys.version)));
    },
    async *follow(after, signal) {
      if (signal.aborted) return;
      const client = followerOf(connection.client, blockMs);
      // Rejects whatever is waited for.
      const stop = (): void => client.disconnect();
      signal.addEventListener('abort', stop);
      connection.client.on('end', stop);
      try {
        await client.connect();
        let news = (await wentBack(client, after)) ? await reset(client) : await readAfter(client, after);
        for (let cursor = after; ; news = await readAfter(client, cursor)) {
          for (const { entry, changes } of news) {
            lastGiven = entry;
            for (const change of changes) {
              if (signal.aborted) return;
              yield change;
              cursor = change.version;
            }
          }
          // The answer of XREAD is not used: XRANGE also tells what is missing, and reads more at a time.
          if (news.length === 0) await client.xread('BLOCK', blockMs, 'STREAMS', keys.changes, String(cursor));
        }
      } catch (error) {
        if (!signal.aborted) throw connection.explain(error);
      } finally {
        signal.removeEventListener('abort', stop);
        connection.client.off('end', stop);
        client.disconnect();
      }
    },
  };

  async function readAfter(client: Redis, cursor: number): Promise<News[]> {
    const [head, entries] = await Promise.all([
      client.get(keys.version),
      client.xrange(keys.changes, String(cursor + 1), '+', 'COUNT', batchSize),
    ]);
    const [first] = entries;
    if (first && entryVersion(first[0]) === cursor + 1) {
      return entries.map((entry) => ({ entry, changes: changesOf(entry) }));
    }
    return !first && Number(head) === cursor ? [] : reset(client);
  }

  /** Whether Redis lost its last writes since `lastGiven` was read, and has since given its version to another change. */
  async function wentBack(client: Redis, after: number): Promise<boolean> {
    if (!lastGiven || entryVersion(lastGiven[0]) !== after) return false;
    const [now] = await client.xrange(keys.changes, String(after), String(after));
    return now !== undefined && !isDeepStrictEqual(now, lastGiven);
  }

  async function reset(client: Redis): Promise<News[]> {
    return [{ changes: [{ kind: 'reset', version: Number(await client.get(keys.version)) }] }];
  }
}

function followerOf(client: Redis, blockMs: number): Redis {
  const follower = client.duplicate({
    commandTimeout: blockMs + 2_000,
    socketTimeout: blockMs + 3_000,
    // Whoever follows decides when to try again.
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
  });
  // What fails also rejects a command, and is thrown there.
  follower.on('error', () => {});
  return follower;
}
