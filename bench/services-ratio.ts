import { setTimeout as sleep } from 'node:timers/promises';
import type { ImageConfig } from '../src/model/image-config.ts';
import { inParallel } from '../src/runtime/in-parallel.ts';
import { alternate } from './alternate.ts';
import { byRound } from './by-round.ts';
import type { Arena } from './engines/arena.ts';
import type { Network } from './engines/contestant.ts';
import { roundRobin } from './engines/round-robin.ts';
import { runAll } from './engines/run-all.ts';
import { Swarm } from './engines/swarm.ts';
import type { Figure } from './figure.ts';
import type { Progress } from './progress.ts';
import { median } from './statistics.ts';

export interface ServicesOptions {
  /** The number of scalings per contestant. */
  readonly n: number;
  readonly network: Network;
}

const many = 150;
const clients = 32;
const name = 'bench';
/**
 * Polling interval, of Satsuma and of Swarm mode: precise enough, without measuring mainly the polling. A raw client does
 * not poll: 25 ms for one replica were half of what Satsuma took longer.
 */
const pollMs = (replicas: number): number => (replicas > 1 ? 200 : 5);

/**
 * A service from no replica to 150 and to one: Satsuma compared with Docker's Swarm mode on the same engines, and with
 * 32 raw clients. The contestants take turns, and each is compared with the others of its round.
 */
export async function measureServices(
  { raw, satsuma }: Arena,
  { n, network }: ServicesOptions,
  progress: Progress,
): Promise<Figure[]> {
  const image: ImageConfig = {
    ...{ name: 'demo/busybox:1', memory: 16, type: 'label', restart_policy: {} },
    ...(network === 'bridge' ? {} : { network_mode: network }),
  };
  const service = { name, image, replicas: 0, update: { monitor: 0 }, shutdown_delay: 0 };
  await satsuma.ask([201], 'POST', '/apiv1/service', JSON.stringify(service));
  const swarm = await satsuma.aside(async () => {
    const formed = await Swarm.form(raw);
    await formed.create(name, network);
    return formed;
  });

  const scaleSatsuma = async (replicas: number) => {
    const started = performance.now();
    await satsuma.ask([200], 'POST', `/apiv1/service/${name}/scale`, JSON.stringify({ replicas }));
    for (;;) {
      const { data } = JSON.parse(await satsuma.ask([200], 'GET', `/apiv1/service/${name}`));
      if (data.status.ready === replicas && data.status.replicas.length === replicas) break;
      await sleep(pollMs(replicas));
    }
    return performance.now() - started;
  };
  const measure = async (replicas: number, rounds: number) => {
    const bySatsuma = async () => {
      const elapsedMs = await scaleSatsuma(replicas);
      await scaleSatsuma(0);
      await satsuma.settle();
      progress.check();
      return elapsedMs;
    };
    const bySwarm = () =>
      satsuma.aside(async () => {
        const elapsedMs = await swarm.scale(name, network, replicas, pollMs(replicas));
        await swarm.scale(name, network, 0, pollMs(replicas));
        return elapsedMs;
      });
    const byHand = () =>
      satsuma.aside(async () => {
        const images = Array.from({ length: replicas }, () => image);
        const { elapsedMs, running } = await runAll(roundRobin(raw), images, clients, progress);
        await inParallel(running, 8, ({ remove }) => remove());
        return elapsedMs;
      });
    return await alternate(rounds, [bySatsuma, bySwarm, byHand]);
  };

  progress.say(`services, network ${network}: warming up`);
  await measure(1, 1);
  await measure(many, 1);
  progress.say(`${n} times each to ${many} replicas, Satsuma, Swarm mode and raw clients taking turns`);
  const [manyMs, swarmManyMs, rawManyMs] = await measure(many, n);
  progress.say('and to one replica');
  const [oneMs, swarmOneMs, rawOneMs] = await measure(1, Math.max(5, n));
  await satsuma.ask([202], 'DELETE', `/apiv1/service/${name}`);
  await swarm.leave();
  const title = `service, network ${network}`;
  return [
    { name: `${title}, 0 to ${many}, against Swarm mode`, target: 0.92, ...compared(manyMs, swarmManyMs) },
    { name: `${title}, 0 to ${many}, against ${clients} raw clients`, target: 1.05, ...compared(manyMs, rawManyMs) },
    { name: `${title}, 0 to 1, against a raw client`, ...compared(oneMs, rawOneMs) },
    { name: `${title}, 0 to 1, against Swarm mode`, target: 0.5, ...compared(oneMs, swarmOneMs) },
  ];
}

function compared(measured: readonly number[], peer: readonly number[]): Omit<Figure, 'name'> {
  return byRound(measured, peer, { ms: median(measured), 'peer ms': median(peer) });
}
