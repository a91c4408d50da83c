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
