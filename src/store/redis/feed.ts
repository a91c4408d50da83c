import { isDeepStrictEqual } from 'node:util';
import type { Redis } from 'ioredis';
import type { Change, ChangeFeed, Position } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { changesOf, entryParts, entryVersion } from './records.ts';

type Entry = [id: string, fields: string[]];

/** Where a follower is: it has read the entries up to this one. */
interface Cursor extends Position {
  readonly part: number;
}

/** The changes of one entry, and where the feed goes on after it; `entry` is none for a reset. */
interface News {
  readonly entry?: Entry;
  readonly changes: readonly Change[];
  readonly next: Cursor;
}

/** No version has so many entries. */
const lastPart = 2 ** 52;

/** How many entries are read at a time. */
const batchSize = 100;

/**
 * The feed is a stream with entries for each version and no gaps; so where the next entry is missing, the cursor is
 * behind what is kept, or ahead of a Redis that lost its last writes. A Redis that was flushed and filled again has
 * another epoch. Each follower has a connection of its own, because
 * its waiting holds up all other commands. `blockMs`: how long one wait lasts before the connection is tried anew.
 */
export function redisFeed(connection: RedisConnection, keys: RedisKeys, blockMs: number): ChangeFeed {
  /** The last entry that a follower was given. */
  let lastGiven: Entry | undefined;

  const position = (): Promise<Position> => connection.run((client) => readPosition(client, keys));

  return {
    position,
    async head() {
      return (await position()).version;
    },
    async *follow(after, signal, expectedEpoch) {
      if (signal.aborted) return;
      const client = followerOf(connection.client, blockMs);
      // Rejects whatever is waited for.
      const stop = (): void => client.disconnect();
      signal.addEventListener('abort', stop);
      connection.client.on('end', stop);
      try {
        await client.connect();
        const epoch = expectedEpoch ?? (await readPosition(client, keys)).epoch;
        let cursor: Cursor = { epoch, version: after, part: lastPart };
        let news = (await wentBack(client, after)) ? await reset(client) : await readAfter(client, cursor);
        for (; ; news = await readAfter(client, cursor)) {
          for (const { entry, changes, next } of news) {
            lastGiven = entry;
            for (const change of changes) {
              if (signal.aborted) return;
              yield change;
            }
            cursor = next;
          }
          // The answer of XREAD is not used: XRANGE also tells what is missing, and reads more at a time.
          if (news.length === 0) await client.xread('BLOCK', blockMs, 'STREAMS', keys.changes, idAt(cursor));
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

  async function readAfter(client: Redis, cursor: Cursor): Promise<News[]> {
    const [head, entries, epoch] = await Promise.all([
      // Before the entries: one that is added in between is read, and not missing.
      client.get(keys.version),
      client.xrange(keys.changes, idAt(cursor, 1), '+', 'COUNT', batchSize),
      // After the entries: where it is still the same, they are of this store.
      client.hget(keys.feed, 'epoch'),
    ]);
    if ((epoch ?? '') !== cursor.epoch) return reset(client);
    const [first] = entries;
    if (first && isNext(first[0], cursor)) {
      return entries.map((entry) => {
        const [version = 0, part = 0] = entryParts(entry[0]);
        return { entry, changes: changesOf(entry), next: { epoch: cursor.epoch, version, part } };
      });
    }
    return !first && Number(head) === cursor.version ? [] : reset(client);
  }

  /** Whether Redis lost its last writes since `lastGiven` was read, and has since given its version to another change. */
  async function wentBack(client: Redis, after: number): Promise<boolean> {
    if (!lastGiven || entryVersion(lastGiven[0]) !== after) return false;
    const [now] = await client.xrange(keys.changes, lastGiven[0], lastGiven[0]);
    return now !== undefined && !isDeepStrictEqual(now, lastGiven);
  }

  async function reset(client: Redis): Promise<News[]> {
    const { epoch, version } = await readPosition(client, keys);
    return [{ changes: [{ kind: 'reset', version }], next: { epoch, version, part: lastPart } }];
  }
}

async function readPosition(client: Redis, keys: RedisKeys): Promise<Position> {
  // The epoch first: should another store take the place of this one in between, the feed notices.
  const [epoch, version] = await Promise.all([client.hget(keys.feed, 'epoch'), client.get(keys.version)]);
  return { epoch: epoch ?? '', version: Number(version) };
}

function idAt({ version, part }: Cursor, partsLater = 0): string {
  return `${version}-${part + partsLater}`;
}

function isNext(entryId: string, cursor: Cursor): boolean {
  return entryId === idAt(cursor, 1) || entryId === `${cursor.version + 1}-0`;
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
