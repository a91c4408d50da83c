import { EventEmitter } from 'node:events';
import test from 'ava';
import type { RedisConnection } from '../../../src/store/redis/connection.ts';
import { redisFeed } from '../../../src/store/redis/feed.ts';
import { redisKeys } from '../../../src/store/redis/keys.ts';

/** A Redis in which somebody else makes a change between any two commands of this client. */
class Busy extends EventEmitter {
  #version = 0;

  async connect(): Promise<void> {}
  disconnect(): void {}

  duplicate(): this {
    return this;
  }

  get(): Promise<string> {
    return this.#thenChanged(String(this.#version));
  }

  hget(): Promise<string> {
    return this.#thenChanged('epoch');
  }

  xread(): Promise<null> {
    return this.#thenChanged(null);
  }

  xrange(_key: string, start: string): Promise<[string, string[]][]> {
    const after = Number.parseInt(start, 10);
    const made = Array.from({ length: this.#version - after }, (_, at) => after + 1 + at);
    return this.#thenChanged(made.map((version) => [`${version}-0`, ['engine', 'alpha', 'gone', '']]));
  }

  #thenChanged<T>(answer: T): Promise<T> {
    this.#version += 1;
    return Promise.resolve(answer);
  }
}

test('a change during a read is the next one, and causes no reset', async (t) => {
  const client = new Busy();
  const connection = { client, explain: (error: unknown) => error } as unknown as RedisConnection;
  const feed = redisFeed(connection, redisKeys('test'), 1_000).follow(0, AbortSignal.timeout(10_000), 'epoch');
  const seen: unknown[] = [];
  for await (const change of feed) if (seen.push(change) === 10) break;
  t.deepEqual(
    seen,
    Array.from({ length: 10 }, (_, at) => ({ kind: 'engine', id: 'alpha', version: at + 1 })),
  );
});

test('what another follower receives while one begins causes no reset', async (t) => {
  let version = 1;
  let whileCompared = async (): Promise<unknown> => undefined;
  const entryOf = (at: number): [string, string[]] => [`${at}-0`, ['engine', 'alpha', 'gone', '']];
  const client = Object.assign(new EventEmitter(), {
    connect: async () => undefined,
    disconnect: () => undefined,
    duplicate: (): unknown => client,
    get: async () => String(version),
    hget: async () => 'epoch',
    xread: async () => null,
    async xrange(_key: string, start: string, end: string): Promise<[string, string[]][]> {
      const first = Number.parseInt(start, 10);
      if (end === '+') return Array.from({ length: version - first }, (_, index) => entryOf(first + 1 + index));
      // A follower compares the last entry that was given with what Redis has.
      const found = entryOf(first);
      await whileCompared();
      return [found];
    },
  });
  const connection = { client, explain: (error: unknown) => error } as unknown as RedisConnection;
  const feed = redisFeed(connection, redisKeys('test'), 1_000);
  const follow = (after: number) => feed.follow(after, AbortSignal.timeout(10_000), 'epoch')[Symbol.asyncIterator]();
  const other = follow(0);
  t.like((await other.next()).value, { version: 1 });
  whileCompared = () => {
    version = 2;
    return other.next();
  };
  t.deepEqual((await follow(1).next()).value, { kind: 'engine', id: 'alpha', version: 2 });
});
