import test from 'ava';
import type { Redis } from 'ioredis';
import { checkServer } from '../../../src/store/redis/server-check.ts';

function server(info: string): Redis {
  return { info: async () => info.replaceAll('\n', '\r\n') } as unknown as Redis;
}

function logger() {
  const warnings: string[] = [];
  const warn = (_fields: object, message: string) => void warnings.push(message);
  return { warnings, warn, info() {} };
}

for (const [version, isNewEnough] of [
  ['4.0.14', false],
  ['5.0.0', true],
  ['6.2.14', true],
  ['7.0.15', true],
  ['10.1.0', true],
  ['none', false],
] as const) {
  test(`Redis ${version} is ${isNewEnough ? 'accepted' : 'refused'}`, async (t) => {
    const check = checkServer(server(`# Server\nredis_version:${version}\n`), 'db:6379', undefined);
    const message = `Redis at db:6379 has version ${version}; Satsuma needs 5 or newer, or Valkey.`;
    if (isNewEnough) await t.notThrowsAsync(check);
    else await t.throwsAsync(check, { code: 'store_unavailable', message });
  });
}

test('settings that risk data cause warnings', async (t) => {
  const risky = logger();
  await checkServer(
    server('redis_version:7.2.4\nserver_name:valkey\nmaxmemory:0\nmaxmemory_policy:allkeys-lru\naof_enabled:0\n'),
    'db:6379',
    risky,
  );
  t.deepEqual(risky.warnings, ['Redis may lose the last records when it restarts; set appendonly yes']);
  const safe = logger();
  await checkServer(
    server('redis_version:7.2.4\nmaxmemory:1000\nmaxmemory_policy:noeviction\naof_enabled:1\n'),
    'db:6379',
    safe,
  );
  t.deepEqual(safe.warnings, []);
});

for (const policy of ['allkeys-lru', 'allkeys-lfu', 'allkeys-random', 'volatile-lru', 'volatile-ttl']) {
  test(`a Redis that may evict records by ${policy} is refused`, async (t) => {
    const info = `redis_version:7.2.4\nmaxmemory:1000\nmaxmemory_policy:${policy}\naof_enabled:1\n`;
    const message = new RegExp(`maxmemory-policy ${policy}\\); set maxmemory-policy noeviction, or maxmemory 0\\.$`);
    await t.throwsAsync(checkServer(server(info), 'db:6379', undefined), { code: 'store_unavailable', message });
  });
}
