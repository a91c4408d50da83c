import { inParallel } from '../src/runtime/in-parallel.ts';
import { alternate } from './alternate.ts';
import { measureBursts } from './burst-ratio.ts';
import { byMedian } from './by-median.ts';
import { measureDockerStreams } from './docker-streams.ts';
import type { Arena } from './engines/arena.ts';
import { type Contestant, containerFor } from './engines/contestant.ts';
import { DockerDoor } from './engines/docker-door-client.ts';
import { runAll } from './engines/run-all.ts';
import type { Figure } from './figure.ts';
import type { Progress } from './progress.ts';
import type { RunOptions } from './run-ratio.ts';
import { medianRatio } from './statistics.ts';
import { timeOf } from './time-of.ts';

const targets = { run: 1.03, list: 1, burst: 1.05 } as const;
const containers = 150;
const clients = 16;
const warmUpRounds = 6;
const bursts = 4;

/** What Docker's API costs through Satsuma beside the same calls to one engine, taking turns. */
export async function measureDocker(arena: Arena, { n, network }: RunOptions, progress: Progress): Promise<Figure[]> {
  const door = new DockerDoor(arena.satsuma.dockerAddress);
  try {
    return [
      await measureRuns(arena, door, { n, network }, progress),
      await measureList(arena, door, n, progress),
      ...(await measureDockerStreams(arena, door, n, progress)),
      await measureClients(arena, door, network, progress),
    ];
  } finally {
    door.close();
  }
}

async function measureRuns(
  { raw: [engine], engineIds, satsuma }: Arena,
  door: DockerDoor,
  { n, network }: RunOptions,
  progress: Progress,
): Promise<Figure> {
  const image = containerFor(network, 0, { labels: engineIds.slice(0, 1) });
  const time = async (contestant: Contestant) => {
    progress.check();
    const { elapsedMs, remove } = await contestant.run(image);
    await remove();
    return elapsedMs;
  };
  const timeRaw = () => satsuma.aside(() => time(engine));
  const timeDoor = async () => {
    const elapsedMs = await time(door);
    await satsuma.settle();
    return elapsedMs;
  };
  progress.say(`docker: ${n} containers each, raw, the door and raw again taking turns`);
  const runners = [timeRaw, timeDoor, timeRaw] as const;
  await alternate(warmUpRounds, runners);
  const [rawMs, doorMs, controlMs] = await alternate(n, runners);
  const facts = { 'raw against itself': medianRatio(controlMs, rawMs).value };
  const name = `docker: create + start, network ${network}, p50 against raw`;
  return { name, target: targets.run, ...byMedian(doorMs, rawMs, facts) };
}

async function measureList(
  { raw: [engine], satsuma }: Arena,
  door: DockerDoor,
  n: number,
  progress: Progress,
): Promise<Figure> {
  progress.say(`docker: ${containers} containers, then ${n} lists of all of them and of one engine, taking turns`);
  const images = Array.from({ length: containers }, (_, at) => containerFor('none', at, { strategy: 'round-robin' }));
  const { running } = await runAll(satsuma, images, clients, progress);
  await satsuma.settle();
  const path = '/containers/json?all=1';
  const [ours, theirs]: [number[], number[]] = [[], []];
  const listed = { door: 0, engine: 0 };
  for (let round = 0; round < n; round++) {
    progress.check();
    ours.push(await timeOf(async () => (listed.door = (await door.ask([200], 'GET', path)).length)));
    theirs.push(await timeOf(async () => (listed.engine = (await engine.ask([200], 'GET', path)).length)));
  }
  await inParallel(running, 8, ({ remove }) => remove());
  const name = `docker: a list of ${listed.door} on 3 engines, against one of ${listed.engine} at one engine`;
  return { name, target: targets.list, ...byMedian(ours, theirs) };
}

/** 32 clients at once. Each container has its engine, as the raw clients have theirs: the strategy of the server is not in it. */
async function measureClients(
  arena: Arena,
  door: DockerDoor,
  network: RunOptions['network'],
  progress: Progress,
): Promise<Figure> {
  const { engineIds } = arena;
  const where = (index: number) => ({ labels: engineIds.slice(index % engineIds.length).slice(0, 1) });
  const [figure, control] = await measureBursts(arena, { n: bursts, network }, progress, { contestant: door, where });
  if (!figure || !control) throw new Error('a burst without figures');
  const name = `docker: create + start from 32 clients, network ${network}, wall time against raw`;
  return { ...figure, name, target: targets.burst, facts: { ...figure.facts, 'raw against itself': control.value } };
}
