import { alternate } from './alternate.ts';
import { byMedian } from './by-median.ts';
import type { Arena } from './engines/arena.ts';
import { type Contestant, containerFor, type Network } from './engines/contestant.ts';
import { assertSameContainer, seenBy } from './engines/same-container.ts';
import type { Figure } from './figure.ts';
import type { Progress } from './progress.ts';

export interface RunOptions {
  /** Containers per contestant. */
  readonly n: number;
  readonly network: Network;
}

const targetRatio = 1.03;
const warmUpRounds = 6;

/**
 * One container at a time: POST /apiv1/container compared with create and start on the engine. A second raw client
 * takes turns with them; its ratio to the first shows the noise.
 */
export async function measureRuns(
  { raw, engineIds, satsuma }: Arena,
  { n, network }: RunOptions,
  progress: Progress,
): Promise<Figure[]> {
  const [engine] = raw;
  const image = containerFor(network, 0, { labels: engineIds.slice(0, 1) });
  progress.say(`one container at a time, network ${network}: warming up`);
  const asRaw = await satsuma.aside(() => seenBy(engine, engine, image));
  assertSameContainer(asRaw, await seenBy(engine, satsuma, image));
  const time = async (contestant: Contestant) => {
    progress.check();
    const { elapsedMs, remove } = await contestant.run(image);
    await remove();
    return elapsedMs;
  };
  const timeRaw = () => satsuma.aside(() => time(engine));
  // The server's reaction to the removed container must not be part of the next measurement.
  let cpuMs = 0;
  const timeSatsuma = async () => {
    const before = await satsuma.cpuMs();
    const elapsedMs = await time(satsuma);
    cpuMs += (await satsuma.cpuMs()) - before;
    await satsuma.settle();
    return elapsedMs;
  };
  const runners = [timeRaw, timeSatsuma, timeRaw] as const;
  await alternate(warmUpRounds, runners);
  progress.say(`${n} containers each, raw, Satsuma and raw again taking turns`);
  const [rawMs, satsumaMs, controlMs] = await alternate(n, runners);
  const name = `run, network ${network}, p50 against raw`;
  return [
    {
      name,
      target: targetRatio,
      ...byMedian(satsumaMs, rawMs, { 'server CPU ms, removal included': cpuMs / (n + warmUpRounds) }),
    },
    { name: `${name}: control, raw against itself`, ...byMedian(controlMs, rawMs) },
  ];
}
