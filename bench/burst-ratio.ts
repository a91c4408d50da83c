import type { ImageConfig } from '../src/model/image-config.ts';
import { inParallel } from '../src/runtime/in-parallel.ts';
import { alternate } from './alternate.ts';
import { byRound } from './by-round.ts';
import type { Arena } from './engines/arena.ts';
import { type Contestant, containerFor, type Network } from './engines/contestant.ts';
import { roundRobin } from './engines/round-robin.ts';
import { runAll } from './engines/run-all.ts';
import type { Figure } from './figure.ts';
import type { Progress } from './progress.ts';
import { median } from './statistics.ts';

export interface BurstOptions {
  /** Bursts per contestant. */
  readonly n: number;
  readonly network: Network;
}

/** Another door of the server, and where its containers are placed. */
interface BurstOf {
  readonly contestant: Contestant;
  readonly where: (index: number) => Partial<ImageConfig>;
}

const targetRatio = 1.05;
const clients = 32;
const containers = 150;
const warmUpContainers = 64;

/**
 * Many containers at once: 32 clients that start their next container as soon as they have one. Satsuma against raw
 * clients that use the engines in rotation. Bursts alternate, and each is compared with the raw one of its round.
 */
export async function measureBursts(
  { raw, satsuma }: Arena,
  { n, network }: BurstOptions,
  progress: Progress,
  { contestant: ours = satsuma, where = () => ({ strategy: 'round-robin' }) }: Partial<BurstOf> = {},
): Promise<Figure[]> {
  const peer = roundRobin(raw);
  let serverCpuMs = 0;
  const burst = async (contestant: Contestant, count: number) => {
    const images = Array.from({ length: count }, (_, index) => containerFor(network, index, where(index)));
    const before = await satsuma.cpuMs();
    const { elapsedMs, running } = await runAll(contestant, images, clients, progress);
    serverCpuMs += (await satsuma.cpuMs()) - before;
    await inParallel(running, 8, ({ remove }) => remove());
    progress.check();
    return elapsedMs;
  };
  progress.say(`bursts from ${clients} clients, network ${network}: warming up`);
  const burstRaw = (count: number) => satsuma.aside(() => burst(peer, count));
  const burstSatsuma = (count: number) => burst(ours, count).finally(() => satsuma.settle());
  await burstRaw(warmUpContainers);
  await burstSatsuma(warmUpContainers);
  progress.say(`${n} bursts each of ${containers} containers, raw, Satsuma and raw again taking turns`);
  serverCpuMs = 0;
  const raws = () => burstRaw(containers);
  const [rawMs, satsumaMs, controlMs] = await alternate(n, [raws, () => burstSatsuma(containers), raws]);
  const name = `burst, network ${network}, wall time against raw`;
  return [
    { name, target: targetRatio, ...compared(satsumaMs, rawMs, { 'server CPU ms': serverCpuMs / (n * containers) }) },
    { name: `${name}: control, raw against itself`, ...compared(controlMs, rawMs) },
  ];
}

function compared(
  measured: readonly number[],
  peer: readonly number[],
  more: Readonly<Record<string, number>> = {},
): Omit<Figure, 'name'> {
  return byRound(measured, peer, {
    s: median(measured) / 1000,
    'peer s': median(peer) / 1000,
    'per second': containers / (median(measured) / 1000),
    ...more,
  });
}
