import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { Redis } from 'ioredis';
import { onFreePort, says } from './redis-port.ts';
import { RedisServer } from './redis-server.ts';

const name = 'mymaster';
const password = 'geheim';
const sentinelPassword = 'sesame';
const downAfterMs = 1_000;

/** A primary and two replicas, watched by three Sentinels, all with passwords; gone after the test. */
export interface SentinelCluster {
  readonly url: string;
  /** The first is the primary at the beginning. */
  readonly servers: readonly RedisServer[];
  /** Resolves with the next event of this name that any of the Sentinels tells. */
  event(channel: string): Promise<string>;
}

export async function startSentinels(t: ExecutionContext): Promise<SentinelCluster> {
  const secrets = ['--requirepass', password, '--masterauth', password];
  const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--min-replicas-to-write', '1'];
  const servers: RedisServer[] = [];
  const start = async (...role: readonly string[]) => {
    const settings = ['--repl-diskless-sync-delay', '0', ...secrets, ...durable, ...role];
    const { redis, port } = await RedisServer.listening(...settings);
    t.teardown(() => redis.remove());
    servers.push(redis);
    return port;
  };
  const primary = await start();
  for (let count = 1; count <= 2; count++) await start('--replicaof', '127.0.0.1', String(primary));
  await eventually(t, primary, password, async (redis) => (await redis.wait(2, 1_000)) === 2);
  const sentinels = [await startSentinel(t, primary), await startSentinel(t, primary), await startSentinel(t, primary)];
  for (const port of sentinels) {
    await eventually(t, port, sentinelPassword, async (redis) => {
      const [replicas, others] = await Promise.all([
        redis.call('sentinel', 'replicas', name),
        redis.call('sentinel', 'sentinels', name),
      ]);
      return [replicas, others].every((found) => Array.isArray(found) && found.length === 2);
    });
  }
  const listeners = sentinels.map((port) => new Redis({ port, password: sentinelPassword }));
  t.teardown(() => {
    for (const listener of listeners) listener.disconnect();
  });
  return {
    url: `redis+sentinel://:${password}@${sentinels.map((port) => `127.0.0.1:${port}`)}/${name}?sentinel-password=${sentinelPassword}`,
    servers,
    async event(channel) {
      await Promise.all(listeners.map((listener) => listener.subscribe(channel)));
      return new Promise((resolve) => {
        for (const listener of listeners) {
          listener.on('message', (heard, message) => heard === channel && resolve(message));
        }
      });
    },
  };
}

function startSentinel(t: ExecutionContext, primary: number): Promise<number> {
  return onFreePort(async (port) => {
    await startSentinelAt(t, port, primary);
    return port;
  });
}

async function startSentinelAt(t: ExecutionContext, port: number, primary: number): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'satsuma-sentinel-'));
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${dir}`,
    `requirepass ${sentinelPassword}`,
    `sentinel sentinel-pass ${sentinelPassword}`,
    `sentinel monitor ${name} 127.0.0.1 ${primary} 2`,
    `sentinel auth-pass ${name} ${password}`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
    `sentinel failover-timeout ${name} 5000`,
  ];
  // A Sentinel writes to its file what it learns.
  const conf = join(dir, 'sentinel.conf');
  writeFileSync(conf, `${lines.join('\n')}\n`);
  const child = spawn('redis-server', [conf, '--sentinel'], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(async () => {
    await end(child);
    rmSync(dir, { recursive: true, force: true });
  });
  await says(child, /Sentinel ID is/);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function eventually(
  t: ExecutionContext,
  port: number,
  secret: string,
  isSo: (redis: Redis) => Promise<boolean>,
): Promise<void> {
  const redis = new Redis({ port, password: secret });
  redis.on('error', () => {});
  try {
    for (const deadline = Date.now() + 30_000; !(await isSo(redis)); ) {
      if (Date.now() > deadline) throw new Error(`${t.title}: the Redis at port ${port} did not get ready`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    redis.disconnect();
  }
}
