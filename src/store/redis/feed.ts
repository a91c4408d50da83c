import { isDeepStrictEqual } from 'node:util';
import type { Redis } from 'ioredis';
import type { Change, ChangeFeed, Position } from '../store.ts';
import type { RedisConnection } from './connection.ts';
import type { RedisKeys } from './keys.ts';
import { changesOf, entryParts, entryVersion } from './records.ts';

type Entry = [id: string, fields: string[]];

/** A follower's position: it has read all entries up to this one. */
interface Cursor extends Position {
  readonly part: number;
}

/** The changes of one entry, and the cursor after it; a reset has no `entry`. */
interface FeedEntries {
  readonly entry?: Entry;
  readonly changes: readonly Change[];
  readonly next: Cursor;
}

/** Larger than the number of entries of any version. */
const lastPart = 2 ** 52;

/** How many entries are read at a time. */
const batchSize = 100;

/**
 * The feed is a stream with entries for each version and no gaps. If the next entry is missing, the cursor is older
 * than the retained entries, or Redis lost its last writes. A flushed and refilled Redis has another epoch. Each
 * follower has its own connection, because a blocking read blocks all other commands. `blockMs`: the duration of one
 * blocking read before the connection is renewed.
 */
export function redisFeed(connection: RedisConnection, keys: RedisKeys, blockMs: number): ChangeFeed {
  /** The last entry that a follower received. */
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
      // Rejects pending commands.
      const stop = (): void => client.disconnect();
      signal.addEventListener('abort', stop);
      connection.client.on('end', stop);
      try {
        await client.connect();
        const epoch = expectedEpoch ?? (await readPosition(client, keys)).epoch;
        let cursor: Cursor = { epoch, version: after, part: lastPart };
        let news = (await hasLostWrites(client, after)) ? await reset(client) : await readAfter(client, cursor);
        for (; ; news = await readAfter(client, cursor)) {
          for (const { entry, changes, next } of news) {
            lastGiven = entry;
            for (const change of changes) {
              if (signal.aborted) return;
              yield change;
            }
            cursor = next;
          }
          // The result of XREAD is not used: XRANGE also detects gaps, and reads more at a time.
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

  async function readAfter(client: Redis, cursor: Cursor): Promise<FeedEntries[]> {
    const [head, entries, epoch] = await Promise.all([
      // Read before the entries, so that an entry added in between does not seem missing.
      client.get(keys.version),
      client.xrange(keys.changes, idAt(cursor, 1), '+', 'COUNT', batchSize),
      // Read after the entries: if it is unchanged, they belong to this store.
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

  /** Whether Redis lost its last writes since `lastGiven` was read, and reused its version for another change. */
  async function hasLostWrites(client: Redis, after: number): Promise<boolean> {
    // Another follower may receive the next entry meanwhile.
    const given = lastGiven;
    if (!given || entryVersion(given[0]) !== after) return false;
    const [now] = await client.xrange(keys.changes, given[0], given[0]);
    return now !== undefined && !isDeepStrictEqual(now, given);
  }

  async function reset(client: Redis): Promise<FeedEntries[]> {
    const { epoch, version } = await readPosition(client, keys);
    return [{ changes: [{ kind: 'reset', version }], next: { epoch, version, part: lastPart } }];
  }
}

async function readPosition(client: Redis, keys: RedisKeys): Promise<Position> {
  // The epoch is read first: if the store is replaced in between, the feed notices.
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
    // The follower decides when to retry.
    retryStrategy: () => null,
    sentinelRetryStrategy: () => null,
  });
  // Errors also reject a command.
  follower.on('error', () => {});
  return follower;
}
