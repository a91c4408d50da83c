import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { type Contestant, containerFor } from '../engines/contestant.ts';
import { inParallel } from '../engines/in-parallel.ts';
import { RawEngine, roundRobin } from '../engines/raw-engine.ts';
import { startRedis } from '../engines/redis-server.ts';
import { SatsumaServer } from '../engines/satsuma-server.ts';
import type { StoreKind } from '../options.ts';
import type { Progress } from '../progress.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

export interface ScaleSize {
  readonly engines: number;
  readonly containers: number;
}

/** Simulated engines, each reachable bare, and a server that has them all and keeps them full of containers. */
export interface ScaleArena {
  readonly size: ScaleSize;
  readonly simulator: Simulator;
  readonly raw: Contestant;
  readonly satsuma: SatsumaServer;
}

export interface ScaleOptions {
  readonly store: StoreKind;
  readonly profileDir?: string | undefined;
}

const folder = new URL('../../.lab', import.meta.url).pathname;
const fillClients = 32;

/** Builds it, hands it to `work`, and takes it down whatever happens. */
export async function withScaleArena<T>(
  size: ScaleSize,
  { store, profileDir }: ScaleOptions,
  progress: Progress,
  work: (arena: ScaleArena) => Promise<T>,
): Promise<T> {
  const undo: (() => Promise<void> | void)[] = [];
  try {
    progress.say(`${size.engines} simulated engines, a Satsuma server, ${store} store`);
    const simulator = await startSimulator(size.engines, join(folder, 'bench-simulator'));
    undo.push(() => simulator.stop());
    const raw = await connectAll(simulator);
    undo.push(() => raw.close());
    const redis = store === 'redis' ? await startRedis(join(folder, 'bench-redis')) : undefined;
    if (redis) undo.push(() => redis.stop());
    const dir = join(folder, 'bench-server');
    const satsuma = await SatsumaServer.start(simulator, { dir, redisUrl: redis?.url, profileDir });
    undo.push(() => satsuma.stop());
    progress.say(`${size.containers} containers`);
    await inParallel(Array.from({ length: size.containers }, scaleContainer), fillClients, async (image) => {
      progress.check();
      await satsuma.run(image);
    });
    return await work({ size, simulator, raw, satsuma });
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

let made = 0;

/** No two bind the same port on one engine: what is measured is the way of a request, not how full the engines are. */
export function scaleContainer() {
  return containerFor('bridge', made++ % 40_000, { strategy: 'spread' });
}

async function connectAll({ client, engines }: Simulator): Promise<Contestant> {
  const [ca, cert, key] = await Promise.all([client.ca, client.cert, client.key].map((path) => readFile(path)));
  const tls = createSecureContext({ ca, cert, key, minVersion: 'TLSv1.2' });
  const raw = engines.map((engine) => new RawEngine(engine, tls));
  await inParallel(raw, fillClients, async (each) => void (await each.connect()));
  return roundRobin(raw);
}
