import type { ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { openRedisStore } from '../../../src/store/redis/redis-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { formatCases, storeOfRelease } from '../../store/format-cases.ts';
import { RedisServer } from './redis-server.ts';

/** What a key of Redis held, as it was read with the command of its type. */
type Entry = { readonly key: string } & (
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'hash'; readonly value: Readonly<Record<string, string>> }
  | { readonly type: 'zset' | 'set'; readonly value: readonly string[] }
  | { readonly type: 'stream'; readonly value: readonly (readonly [id: string, fields: readonly string[]])[] }
);

async function restore(client: Redis, entry: Entry): Promise<void> {
  const { key } = entry;
  if (entry.type === 'string') await client.set(key, entry.value);
  else if (entry.type === 'hash') await client.hset(key, entry.value);
  else if (entry.type === 'set') await client.sadd(key, ...entry.value);
  else if (entry.type === 'stream') for (const [id, fields] of entry.value) await client.xadd(key, id, ...fields);
  else {
    for (let at = 0; at < entry.value.length; at += 2) {
      await client.zadd(key, entry.value[at + 1] ?? '', entry.value[at] ?? '');
    }
  }
}

async function open(t: ExecutionContext, entries: readonly Entry[] = []): Promise<Store> {
  const server = await RedisServer.start();
  t.teardown(() => server.remove());
  const client = new Redis(server.url);
  for (const entry of entries) await restore(client, entry);
  await client.quit();
  const store = await openRedisStore({ url: server.url });
  t.teardown(() => store.close());
  return store;
}

formatCases(
  (t) => open(t, JSON.parse(storeOfRelease('format-1.redis.json').toString())),
  (t) => open(t),
);
