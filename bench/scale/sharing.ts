import { join } from 'node:path';
import type { Contestant, Running } from '../engines/contestant.ts';
import { inParallel } from '../engines/in-parallel.ts';
import { startRedis } from '../engines/redis-server.ts';
import { SatsumaServer } from '../engines/satsuma-server.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { startSimulator } from '../simulator/simulator.ts';
import { scaleContainer } from './scale-arena.ts';

const folder = new URL('../../.lab', import.meta.url).pathname;
const engines = 100;
const servers = 4;
const clientsPerServer = 32;
const target = 3;

/** What four servers on one Redis run a second, against one of them, on the same engines. */
export async function measureSharing(n: number, progress: Progress): Promise<Figure[]> {
  const undo: (() => Promise<void>)[] = [];
  try {
    progress.say(`${servers} servers on one Redis, ${engines} simulated engines`);
    const simulator = await startSimulator(engines, join(folder, 'bench-simulator'));
    undo.push(() => simulator.stop());
    const { url: redisUrl, stop } = await startRedis(join(folder, 'bench-redis'));
    undo.push(stop);
    const all: SatsumaServer[] = [];
    for (let each = 0; each < servers; each++) {
      const known = each === 0 ? simulator : { ...simulator, engines: [] };
      all.push(await SatsumaServer.start(known, { dir: join(folder, `bench-server-${each}`), redisUrl }));
      undo.push(() => (all[each] as SatsumaServer).stop());
    }
    for (const server of all) await server.settle();
    const [first] = all;
    const one = await perSecond(first ? [first] : [], n, progress);
    const four = await perSecond(all, n, progress);
    const facts = { 'one a second': one, 'four a second': four };
    const name = `${servers} servers on one Redis against one, containers a second`;
    return [{ name, unit: 'x', value: four / one, target, isAtLeast: true, facts }];
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

async function perSecond(servers: readonly Contestant[], n: number, progress: Progress): Promise<number> {
  const running: Running[] = [];
  const images = Array.from({ length: n }, scaleContainer).map((image, index) => ({
    image,
    server: servers[index % servers.length] as Contestant,
  }));
  const started = performance.now();
  await inParallel(images, servers.length * clientsPerServer, async ({ image, server }) => {
    progress.check();
    running.push(await server.run(image));
  });
  const seconds = (performance.now() - started) / 1000;
  await inParallel(running, clientsPerServer, ({ remove }) => remove());
  return n / seconds;
}
