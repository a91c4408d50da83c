import test from 'ava';
import type { Redis } from 'ioredis';
import { examineRedis } from '../../../src/store/redis/examine.ts';

const well = {
  ...{ redis_version: '7.0.15', aof_enabled: '1', aof_last_write_status: 'ok', rdb_last_bgsave_status: 'ok' },
  ...{ maxmemory: '0', maxmemory_policy: 'noeviction', used_memory: '1000000', total_system_memory: '8000000000' },
};

function redis(facts: Readonly<Record<string, string>>, appendfsync: string | Error = 'everysec'): Redis {
  const info = Object.entries({ ...well, ...facts }).map(([key, value]) => `${key}:${value}`);
  const config = async () => {
    if (appendfsync instanceof Error) throw appendfsync;
    return ['appendfsync', appendfsync];
  };
  return { info: async () => `# Server\r\n${info.join('\r\n')}`, config } as unknown as Redis;
}

async function statuses(facts: Readonly<Record<string, string>>, appendfsync?: string | Error) {
  const found = await examineRedis(redis(facts, appendfsync));
  return Object.fromEntries(found.map(({ check, status }) => [check, status]));
}

test('a durable Redis is ok', async (t) => {
  t.deepEqual(await statuses({}), {
    ...{ 'store.version': 'ok', 'store.persistence': 'ok', 'store.eviction': 'ok', 'store.memory': 'ok' },
  });
  t.like(await statuses({}, new Error('NOPERM')), { 'store.persistence': 'ok' }, 'a user without CONFIG');
});

test('settings that may lose records or stop Redis are reported', async (t) => {
  t.like(await statuses({ aof_enabled: '0' }), { 'store.persistence': 'warning' });
  t.like(await statuses({}, 'no'), { 'store.persistence': 'warning' });
  t.like(await statuses({ rdb_last_bgsave_status: 'err' }), { 'store.disk': 'problem' });
  t.like(await statuses({ maxmemory: '100', maxmemory_policy: 'allkeys-lru' }), { 'store.eviction': 'problem' });
  t.like(await statuses({ maxmemory: '1200000' }), { 'store.memory': 'warning' });
  t.like(await statuses({ maxmemory: '1000001' }), { 'store.memory': 'problem' });
  t.like(await statuses({ total_system_memory: '1100000' }), { 'store.memory': 'problem' });
});
