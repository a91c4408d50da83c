import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { type Lab, startLab } from '../../example/lab/lab.ts';
import type { StoreKind } from '../options.ts';
import type { Progress } from '../progress.ts';
import { RawEngine } from './raw-engine.ts';
import { startRedis } from './redis-server.ts';
import { SatsumaServer } from './satsuma-server.ts';

/** Where the contestants meet: three real engines, each reachable bare, and a Satsuma server that has them all. */
export interface Arena {
  readonly raw: readonly [RawEngine, ...RawEngine[]];
  readonly engineIds: readonly string[];
  readonly satsuma: SatsumaServer;
  readonly dockerVersion: string;
}

export interface ArenaOptions {
  readonly store: StoreKind;
  readonly profileDir?: string | undefined;
}

const folder = new URL('../../.lab', import.meta.url).pathname;

/** Builds it, hands it to `work`, and takes it down whatever happens. */
export async function withArena<T>(
  { store, profileDir }: ArenaOptions,
  progress: Progress,
  work: (arena: Arena) => Promise<T>,
): Promise<T> {
  const undo: (() => Promise<void> | void)[] = [];
  try {
    progress.say('three engines');
    const lab = await startLab({ name: 'bench', engines: 3, attached: true, image: true });
    undo.push(() => lab.down());
    const { raw, dockerVersion } = await connectAll(lab);
    undo.push(() => {
      for (const each of raw) each.close();
    });
    progress.say(`a Satsuma server, ${store} store`);
    const redis = store === 'redis' ? await startRedis(join(folder, 'bench-redis')) : undefined;
    if (redis) undo.push(() => redis.stop());
    const dir = join(folder, 'bench-server');
    const satsuma = await SatsumaServer.start(lab, { dir, redisUrl: redis?.url, profileDir });
    undo.push(() => satsuma.stop());
    return await work({ raw, engineIds: lab.engines.map(({ id }) => id), satsuma, dockerVersion });
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

async function connectAll(lab: Lab): Promise<Pick<Arena, 'raw' | 'dockerVersion'>> {
  const [ca, cert, key] = await Promise.all(
    [lab.client.ca, lab.client.cert, lab.client.key].map((path) => readFile(path)),
  );
  const tls = createSecureContext({ ca, cert, key, minVersion: 'TLSv1.2' });
  const [first, ...others] = lab.engines.map((engine) => new RawEngine(engine, tls));
  if (!first) throw new Error('a lab without engines');
  const versions = await Promise.all([first, ...others].map((each) => each.connect()));
  return { raw: [first, ...others], dockerVersion: versions[0] ?? '' };
}
