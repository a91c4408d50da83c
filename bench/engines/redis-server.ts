import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../example/lab/free-port.ts';
import { endProcess } from '../../example/lab/serve-process.ts';
import { spawnLogged } from './process.ts';

export interface RedisServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A redis-server on loopback that syncs to disk every second, in a temporary folder. */
export async function startRedis(dir: string): Promise<RedisServer> {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  const port = await freePort();
  const settings = { bind: '127.0.0.1', port, dir, save: '', appendonly: 'yes', appendfsync: 'everysec' };
  const words = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]);
  const child = await spawnLogged(join(dir, 'redis.log'), ['redis-server', ...words]);
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      await endProcess(child);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
