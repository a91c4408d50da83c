import { join } from 'node:path';
import { inParallel } from '../../src/runtime/in-parallel.ts';
import { clientContext } from '../engines/client-context.ts';
import { type Contestant, containerFor } from '../engines/contestant.ts';
import { RawEngine } from '../engines/raw-engine.ts';
import { roundRobin } from '../engines/round-robin.ts';
import type { SatsumaServer } from '../engines/satsuma-server.ts';
import { type ArenaOptions, startOnStore } from '../engines/start-on-store.ts';
import { takingDown } from '../engines/take-down.ts';
import type { Progress } from '../progress.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

export interface ScaleSize {
  readonly engines: number;
  readonly containers: number;
}

/** Simulated engines, each directly reachable, and a server that has all of them and fills them with containers. */
export interface ScaleArena {
  readonly size: ScaleSize;
  readonly simulator: Simulator;
  readonly raw: Contestant;
  readonly satsuma: SatsumaServer;
}

const folder = new URL('../../.lab', import.meta.url).pathname;
const fillClients = 32;

/** Builds the arena, runs `work`, and always takes the arena down. */
export async function withScaleArena<T>(
  size: ScaleSize,
  options: ArenaOptions,
  progress: Progress,
  work: (arena: ScaleArena) => Promise<T>,
): Promise<T> {
  return await takingDown(async (undo) => {
    progress.say(`${size.engines} simulated engines, a Satsuma server, ${options.store} store`);
    const simulator = await startSimulator(size.engines, join(folder, 'bench-simulator'));
    undo(() => simulator.stop());
    const raw = await connectAll(simulator);
    undo(() => raw.close());
    const satsuma = await startOnStore(simulator, options, undo);
    progress.say(`${size.containers} containers`);
    await inParallel(Array.from({ length: size.containers }, scaleContainer), fillClients, async (image) => {
      progress.check();
      await satsuma.run(image);
    });
    return await work({ size, simulator, raw, satsuma });
  });
}

let made = 0;

/** No two bind the same port on one engine: the request path is measured, not the effect of full engines. */
export function scaleContainer() {
  return containerFor('bridge', made++ % 40_000, { strategy: 'spread' });
}

async function connectAll({ client, engines }: Simulator): Promise<Contestant> {
  const tls = await clientContext(client);
  const raw = engines.map((engine) => new RawEngine(engine, tls));
  await inParallel(raw, fillClients, async (each) => void (await each.connect()));
  return roundRobin(raw);
}
