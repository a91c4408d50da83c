import { setTimeout } from 'node:timers/promises';
import type { ArenaOptions } from '../engines/start-on-store.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { goodBehaviour } from '../simulator/behaviour.ts';
import { median } from '../statistics.ts';
import { type ScaleArena, type ScaleSize, withScaleArena } from './scale-arena.ts';
import { measureSharing } from './sharing.ts';
import { measureThroughput } from './throughput.ts';

const sizes: readonly ScaleSize[] = [
  { engines: 100, containers: 2_000 },
  { engines: 1_000, containers: 20_000 },
];
const clientCounts = [1, 32, 128] as const;
/** Each engine is resynced once in this time. */
const quietMs = 60_000;
const settleMs = 15_000;
const lists = 5;
const targets = { perSecond: 1_000, memoryMiB: 400, quietPercent: 5 } as const;

/** A server with many simulated engines: a small cluster compared with one ten times its size. */
export async function measureScale(
  { n, ...options }: ArenaOptions & { readonly n: number },
  progress: Progress,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const size of sizes) {
    const measured = await withScaleArena(size, options, progress, (arena) => measureOne(arena, n, progress));
    figures.push(...measured.map((each) => ({ ...each, name: `${size.engines} engines: ${each.name}` })));
  }
  return [...figures, ...(await measureSharing(n, progress))];
}

async function measureOne(arena: ScaleArena, n: number, progress: Progress): Promise<Figure[]> {
  const parts = [
    ...clientCounts.map((clients) => () => {
      progress.say(`${n} containers from ${clients} ${clients === 1 ? 'client' : 'clients'}`);
      return measureThroughput(arena, { clients, n, target: targets.perSecond }, progress);
    }),
    () => listing(arena, progress),
    () => quiet(arena, progress),
    () => starting(arena, progress),
    () => amongTheBad(arena, n, progress),
  ];
  const figures: Figure[] = [];
  for (const part of parts) {
    const measured = await part();
    for (const { name, value, unit } of measured) progress.say(`  ${name}: ${value.toFixed(1)} ${unit}`);
    figures.push(...measured);
  }
  return figures;
}

async function listing({ satsuma, size }: ScaleArena, progress: Progress): Promise<Figure[]> {
  const times: number[] = [];
  let body = '';
  for (let count = 0; count < lists; count++) {
    progress.check();
    const started = performance.now();
    body = await satsuma.ask([200], 'GET', '/apiv1/containers');
    times.push(performance.now() - started);
  }
  const { data, errors } = JSON.parse(body);
  const facts = { first: times[0] ?? 0, listed: data.length, of: size.containers, errors: errors.length };
  return [
    { name: 'GET /apiv1/containers', unit: 'ms', value: median(times), facts: { ...facts, MB: body.length / 1e6 } },
  ];
}

async function quiet({ satsuma }: ScaleArena, progress: Progress): Promise<Figure[]> {
  progress.say(`nothing, for ${(settleMs + quietMs) / 1000} s`);
  await setTimeout(settleMs);
  const before = await satsuma.cpuMs();
  await setTimeout(quietMs);
  const percent = (100 * ((await satsuma.cpuMs()) - before)) / quietMs;
  const memory = await satsuma.residentMiB();
  const inFiles = { 'of files': memory.files };
  return [
    { name: 'a quiet cluster, CPU', unit: '%', value: percent, target: targets.quietPercent, facts: {} },
    { name: 'memory', unit: 'MiB', value: memory.all, target: targets.memoryMiB, facts: inFiles },
  ];
}

async function starting({ satsuma }: ScaleArena, progress: Progress): Promise<Figure[]> {
  progress.say('stopping and starting the server');
  await satsuma.end();
  const started = performance.now();
  await satsuma.begin();
  await satsuma.ask([200], 'GET', '/readyz');
  const readyMs = performance.now() - started;
  // The engines' state is in the store; when the server is idle, it has also contacted all of them itself.
  await satsuma.settle();
  const facts = { 'at rest s': (performance.now() - started) / 1000 };
  return [{ name: 'start to ready', unit: 'ms', value: readyMs, facts }];
}

/** One engine in a hundred hangs, and another answers 500 to everything. */
async function amongTheBad(arena: ScaleArena, n: number, progress: Progress): Promise<Figure[]> {
  const { simulator, satsuma, size } = arena;
  const each = size.engines / 100;
  progress.say(`${each} engines hang, ${each} fail`);
  await simulator.behave({ ...goodBehaviour, hanging: each, failing: each });
  await satsuma.untilUsable(size.engines - 2 * each);
  const throughput = await measureThroughput(arena, { clients: 32, n, isPeerLeftOut: true }, progress);
  const figures = [...throughput, ...(await listing(arena, progress))];
  return figures.map((figure) => ({ ...figure, name: `${figure.name}, 1 % hanging, 1 % failing` }));
}
