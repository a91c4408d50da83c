import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { clientContext } from './engines/client-context.ts';
import { RawEngine } from './engines/raw-engine.ts';
import type { SatsumaServer } from './engines/satsuma-server.ts';
import { type ArenaOptions, startOnStore } from './engines/start-on-store.ts';
import { takingDown } from './engines/take-down.ts';
import type { Figure } from './figure.ts';
import type { Progress } from './progress.ts';
import { goodBehaviour } from './simulator/behaviour.ts';
import { startSimulator } from './simulator/simulator.ts';
import { median, percentile } from './statistics.ts';

const folder = new URL('../.lab', import.meta.url).pathname;
const engineCount = 10;
const perSecond = 1_000;
const warmUpMs = 5_000;
const measuredMs = 30_000;
const pollMs = 20;
const lostAfterMs = 30_000;
const targets = { cpuPercent: 30, lagMs: 1_000 } as const;

/**
 * The CPU cost of constant starts and stops of foreign containers on the engines, and the delay until a further foreign
 * container is listed meanwhile. The peer is the same server while nothing happens.
 */
export async function measureForeignEvents(n: number, options: ArenaOptions, progress: Progress): Promise<Figure[]> {
  return await takingDown(async (undo) => {
    progress.say(`${engineCount} simulated engines, ${perSecond} events a second from containers of others`);
    const simulator = await startSimulator(engineCount, join(folder, 'bench-simulator'));
    undo(() => simulator.stop());
    const satsuma = await startOnStore(simulator, options, undo);
    const tls = await clientContext(simulator.client);
    const raw = simulator.engines.map((engine) => new RawEngine(engine, tls));
    for (const each of raw) {
      await each.connect();
      undo(async () => each.close());
    }
    const percent = async () => {
      const [began, before] = [performance.now(), await satsuma.cpuMs()];
      await setTimeout(measuredMs);
      progress.check();
      return (100 * ((await satsuma.cpuMs()) - before)) / (performance.now() - began);
    };
    await satsuma.settle();
    const quiet = await percent();
    await simulator.behave({ ...goodBehaviour, foreignEventsPerSecond: perSecond });
    await setTimeout(warmUpMs);
    const busy = await percent();

    progress.say(`${n} containers of others, until the list has them`);
    const lags: number[] = [];
    for (let at = 0; at < n; at++) {
      progress.check();
      const engine = raw[at % raw.length];
      if (!engine) throw new Error('there are engines');
      const name = `newcomer-${at}`;
      const { Id } = await engine.ask([201], 'POST', `/containers/create?name=${name}`, { Image: 'demo/busybox:1' });
      await engine.ask([204], 'POST', `/containers/${Id}/start`);
      const began = performance.now();
      while (!(await isListed(satsuma, name))) {
        if (performance.now() > began + lostAfterMs) throw new Error(`${name} is not listed after ${lostAfterMs} ms`);
        await setTimeout(pollMs);
      }
      lags.push(performance.now() - began);
    }
    const name = `${perSecond} events a second from containers of others on ${engineCount} engines`;
    return [
      { name: `${name}: CPU of the server`, unit: '%', value: busy, target: targets.cpuPercent, facts: { quiet } },
      {
        ...{
          name: `${name}: lag of the list, the longest`,
          unit: 'ms',
          value: Math.max(...lags),
          target: targets.lagMs,
        },
        facts: { 'p50 ms': median(lags), 'p90 ms': percentile(lags, 90) },
      },
    ];
  });
}

async function isListed(satsuma: SatsumaServer, name: string): Promise<boolean> {
  const { data } = JSON.parse(await satsuma.ask([200, 404], 'GET', `/apiv1/container/${name}`));
  return typeof data === 'object';
}
