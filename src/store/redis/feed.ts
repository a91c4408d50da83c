import { isDeepStrictEqual } from 'node:util';
import type { Redis } from 'ioredis';
import type { Change, ChangeFeed } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { changesOf, entryVersion } from './records.ts';

type Entry = [id: string, fields: string[]];

/** How many entries are read at a time. */
const batchSize = 100;

/**
 * The feed is a stream with one entry for each version and no gaps; so where the next entry is missing, the cursor is
 * behind what is kept, or ahead of a Redis that lost its last writes. Each follower has a connection of its own, because
 * its waiting holds up all other commands. `blockMs`: how long one wait lasts before the connection is tried anew.
 */
export function redisFeed(connection: RedisConnection, keys: RedisKeys, blockMs: number): ChangeFeed {
  /** The last entry that a follower has had in full. */
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
      try {
        await client.connect();
        let { changes, last } = (await wentBack(client, after)) ? await reset(client) : await readAfter(client, after);
        for (let cursor = after; ; { changes, last } = await readAfter(client, cursor)) {
          for (const change of changes) {
            if (signal.aborted) return;
            yield change;
            cursor = change.version;
          }
          lastGiven = last ?? lastGiven;
          // The answer of XREAD is not used: XRANGE also tells what is missing, and reads more at a time.
          if (changes.length === 0) await client.xread('BLOCK', blockMs, 'STREAMS', keys.changes, String(cursor));
        }
      } catch (error) {
        if (!signal.aborted) throw connection.explain(error);
      } finally {
        signal.removeEventListener('abort', stop);
        client.disconnect();
      }
    },
  };

  async function readAfter(client: Redis, cursor: number): Promise<{ changes: Change[]; last?: Entry | undefined }> {
    const [head, entries] = await Promise.all([
      client.get(keys.version),
      client.xrange(keys.changes, String(cursor + 1), '+', 'COUNT', batchSize),
    ]);
    const [first] = entries;
    if (first && entryVersion(first[0]) === cursor + 1)
      return { changes: entries.flatMap(changesOf), last: entries.at(-1) };
    if (!first && Number(head) === cursor) return { changes: [] };
    return reset(client);
  }

  /** Whether Redis lost its last writes since `lastGiven` was read, and has since given its version to another change. */
  async function wentBack(client: Redis, after: number): Promise<boolean> {
    if (!lastGiven || entryVersion(lastGiven[0]) !== after) return false;
    const [now] = await client.xrange(keys.changes, String(after), String(after));
    return now !== undefined && !isDeepStrictEqual(now, lastGiven);
  }

  async function reset(client: Redis): Promise<{ changes: Change[]; last?: Entry }> {
    return { changes: [{ kind: 'reset', version: Number(await client.get(keys.version)) }] };
  }
}

function followerOf(client: Redis, blockMs: number): Redis {
  const follower = client.duplicate({
    commandTimeout: blockMs + 2_000,
    socketTimeout: blockMs + 3_000,
    disconnectTimeout: 100,
    // Whoever follows decides when to try again.
    retryStrategy: () => null,
  });
  // What fails also rejects a command, and is thrown there.
  follower.on('error', () => {});
  return follower;
}
