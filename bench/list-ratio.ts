import { inParallel } from '../src/runtime/in-parallel.ts';
import { byMedian } from './by-median.ts';
import type { Arena } from './engines/arena.ts';
import { containerFor } from './engines/contestant.ts';
import { runAll } from './engines/run-all.ts';
import type { SatsumaServer } from './engines/satsuma-server.ts';
import type { ArenaOptions } from './engines/start-on-store.ts';
import type { Figure } from './figure.ts';
import type { Progress } from './progress.ts';
import { withScaleArena } from './scale/scale-arena.ts';
import { timeOf } from './time-of.ts';

const containers = 150;
const clients = 32;
const size = { engines: 1_000, containers: 20_000 };
const targets = { engines: 0.3, frozen: 1.1, whole: 2, page: 4, one: 2 } as const;
const list = '/apiv1/containers';
const everything = '/containers/json?all=true';

/** The cost of a list compared with asking the three engines in parallel, and while one of them is frozen. */
export async function measureLists({ raw, satsuma, frozen }: Arena, n: number, progress: Progress): Promise<Figure[]> {
  progress.say(`${containers} containers, then ${n} lists each of Satsuma and of the engines, taking turns`);
  const images = Array.from({ length: containers }, (_, at) => containerFor('none', at, { strategy: 'round-robin' }));
  const { running } = await runAll(satsuma, images, clients, progress);
  await satsuma.settle();
  const one = `/apiv1/container/${running[0]?.id}`;
  const ask = (path: string) => timeOf(() => satsuma.ask([200], 'GET', path));
  const askAll = () => timeOf(() => Promise.all(raw.map((each) => each.ask([200], 'GET', everything))));
  const [ours, engines] = await takingTurns(n, [() => ask(list), askAll]);
  const [lists, lookUps] = await takingTurns(n, [() => ask(list), () => ask(one)]);
  const [frozenLists, frozenLookUps] = await frozen(() => takingTurns(n, [() => ask(list), () => ask(one)]));
  await inParallel(running, 8, ({ remove }) => remove());
  return [
    ratio(
      `GET ${list}, ${containers} on 3 engines, against asking the engines in parallel`,
      targets.engines,
      ours,
      engines,
    ),
    ratio(`GET ${list} with an engine frozen, against none frozen`, targets.frozen, frozenLists, lists),
    ratio(
      'GET /apiv1/container/{id} with an engine frozen, against none frozen',
      targets.frozen,
      frozenLookUps,
      lookUps,
    ),
  ];
}

/**
 * The same with a thousand simulated engines, compared with JSON.stringify of the same data, and with the cheapest
 * request.
 */
export function measureListsAtScale(n: number, options: ArenaOptions, progress: Progress): Promise<Figure[]> {
  return withScaleArena(size, options, progress, async ({ satsuma }) => {
    await satsuma.settle();
    progress.say(`${n} lists of ${size.containers} containers each, and pages and look-ups`);
    const body = JSON.parse(await satsuma.ask([200], 'GET', list));
    const name = body.data[body.data.length >> 1].name.slice(1);
    const ask = (path: string) => timeOf(() => satsuma.ask([200], 'GET', path));
    const [whole, text] = await takingTurns(n, [() => ask(list), () => timeOf(async () => JSON.stringify(body))]);
    const many = 20 * n;
    const cheap = () => ask('/healthz');
    const [page, healthy] = await takingTurns(many, [() => ask(`${list}?limit=100`), cheap]);
    const [one, alive] = await takingTurns(many, [() => ask(`/apiv1/container/${name}`), cheap]);
    const of = `${size.engines} engines, ${body.data.length} containers`;
    return [
      ratio(`${of}: GET ${list}, against JSON.stringify of the same`, targets.whole, whole, text),
      ratio(`${of}: GET ${list}?limit=100, against GET /healthz`, targets.page, page, healthy),
      ratio(`${of}: GET /apiv1/container/{name}, against GET /healthz`, targets.one, one, alive),
      await memory(satsuma, of),
    ];
  });
}

async function memory(satsuma: SatsumaServer, of: string): Promise<Figure> {
  const { all, files } = await satsuma.residentMiB();
  return { name: `${of}: memory after that`, unit: 'MiB', value: all, facts: { 'of files': files } };
}

function ratio(name: string, target: number, measured: readonly number[], peer: readonly number[]): Figure {
  return { name, target, ...byMedian(measured, peer) };
}

/** Alternates, so that changes of the machine's speed affect both. */
async function takingTurns(
  rounds: number,
  [first, second]: readonly [() => Promise<number>, () => Promise<number>],
): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    times[0].push(await first());
    times[1].push(await second());
  }
  return times;
}
