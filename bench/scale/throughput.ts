import { inParallel } from '../../src/runtime/in-parallel.ts';
import type { Contestant } from '../engines/contestant.ts';
import { runAll } from '../engines/run-all.ts';
import type { SatsumaServer } from '../engines/satsuma-server.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { percentile } from '../statistics.ts';
import { type ScaleArena, scaleContainer } from './scale-arena.ts';

export interface ThroughputOptions {
  readonly clients: number;
  /** The number of containers that are run and removed again. */
  readonly n: number;
  /** Minimum containers per second. */
  readonly target?: number;
  readonly isPeerLeftOut?: boolean;
}

/** Containers per second, and the duration of each; the peer's clients use the engines directly. */
export async function measureThroughput(
  { raw, satsuma }: ScaleArena,
  options: ThroughputOptions,
  progress: Progress,
): Promise<Figure[]> {
  const { clients, n, target, isPeerLeftOut = false } = options;
  const peer = isPeerLeftOut ? undefined : await satsuma.aside(() => runAndRemove(raw, satsuma, options, progress));
  const measured = await runAndRemove(satsuma, satsuma, options, progress);
  const facts = { ...(peer && { peer: peer.perSecond }), 'server CPU ms': measured.cpuMs / n };
  const name = `from ${clients} ${clients === 1 ? 'client' : 'clients'}`;
  // A single client measures latency, so it has no throughput target.
  const goal = clients > 1 && target !== undefined ? { target, isAtLeast: true } : {};
  return [
    { name: `containers a second ${name}`, unit: '/s', value: measured.perSecond, ...goal, facts },
    {
      name: `POST /apiv1/container ${name}, p50`,
      unit: 'ms',
      value: percentile(measured.times, 50),
      facts: { p99: percentile(measured.times, 99), ...(peer && { 'peer p50': percentile(peer.times, 50) }) },
    },
  ];
}

/** The server's CPU time during the run, even if it was the peer's. */
async function runAndRemove(
  contestant: Contestant,
  server: SatsumaServer,
  { clients, n }: ThroughputOptions,
  progress: Progress,
) {
  const images = Array.from({ length: n }, scaleContainer);
  const cpuBefore = await server.cpuMs();
  const { elapsedMs, running } = await runAll(contestant, images, clients, progress);
  const cpuMs = (await server.cpuMs()) - cpuBefore;
  await inParallel(running, clients, ({ remove }) => remove());
  return { perSecond: n / (elapsedMs / 1000), cpuMs, times: running.map((each) => each.elapsedMs) };
}
