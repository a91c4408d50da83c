import { join } from 'node:path';
import { inParallel } from '../../src/runtime/in-parallel.ts';
import { startRedis } from '../engines/redis-server.ts';
import { roundRobin } from '../engines/round-robin.ts';
import { runAll } from '../engines/run-all.ts';
import { SatsumaServer } from '../engines/satsuma-server.ts';
import { takingDown } from '../engines/take-down.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { scaleContainer } from './scale-arena.ts';

const folder = new URL('../../.lab', import.meta.url).pathname;
const engines = 100;
const servers = 4;
const clientsPerServer = 32;
const target = 3;

/** The containers per second of four servers on one Redis, compared with one server, on the same engines. */
export async function measureSharing(n: number, progress: Progress): Promise<Figure[]> {
  return await takingDown(async (undo) => {
    progress.say(`${servers} servers on one Redis, ${engines} simulated engines`);
    const simulator = await startSimulator(engines, join(folder, 'bench-simulator'));
    undo(() => simulator.stop());
    const { url: redisUrl, stop } = await startRedis(join(folder, 'bench-redis'));
    undo(stop);
    const all: SatsumaServer[] = [];
    for (let each = 0; each < servers; each++) {
      const known = each === 0 ? simulator : { ...simulator, engines: [] };
      all.push(await SatsumaServer.start(known, { dir: join(folder, `bench-server-${each}`), redisUrl }));
      undo(() => (all[each] as SatsumaServer).stop());
    }
    for (const server of all) await server.settle();
    const one = await perSecond(all.slice(0, 1), n, progress);
    const four = await perSecond(all, n, progress);
    const facts = { 'one a second': one, 'four a second': four };
    const name = `${servers} servers on one Redis against one, containers a second`;
    return [{ name, unit: 'x', value: four / one, target, isAtLeast: true, facts }];
  });
}

async function perSecond(servers: readonly SatsumaServer[], n: number, progress: Progress): Promise<number> {
  const images = Array.from({ length: n }, scaleContainer);
  const clients = servers.length * clientsPerServer;
  const { elapsedMs, running } = await runAll(roundRobin(servers), images, clients, progress);
  await inParallel(running, clientsPerServer, ({ remove }) => remove());
  return n / (elapsedMs / 1000);
}
