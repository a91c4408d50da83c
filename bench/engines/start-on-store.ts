import { join } from 'node:path';
import type { StoreKind } from '../options.ts';
import { startRedis } from './redis-server.ts';
import { type Engines, SatsumaServer } from './satsuma-server.ts';
import type { Undo } from './take-down.ts';

export interface ArenaOptions {
  /** The engines also form a swarm. */
  readonly isSwarm?: boolean;
  readonly store: StoreKind;
  readonly profileDir?: string | undefined;
}

const folder = new URL('../../.lab', import.meta.url).pathname;

/** A server for the engines, with a Redis of its own if required. */
export async function startOnStore(
  engines: Engines,
  { store, profileDir }: ArenaOptions,
  undo: Undo,
): Promise<SatsumaServer> {
  const redis = store === 'redis' ? await startRedis(join(folder, 'bench-redis')) : undefined;
  if (redis) undo(() => redis.stop());
  const dir = join(folder, 'bench-server');
  const satsuma = await SatsumaServer.start(engines, { dir, redisUrl: redis?.url, profileDir });
  undo(() => satsuma.stop());
  return satsuma;
}
