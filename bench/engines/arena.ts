import { type Lab, startLab } from '../../example/lab/lab.ts';
import type { Progress } from '../progress.ts';
import { clientContext } from './client-context.ts';
import { RawEngine } from './raw-engine.ts';
import type { SatsumaServer } from './satsuma-server.ts';
import { type ArenaOptions, startOnStore } from './start-on-store.ts';
import { takingDown } from './take-down.ts';

/**
 * The environment of the contestants: three real engines, each directly reachable, and a Satsuma server with all of
 * them.
 */
export interface Arena {
  readonly raw: readonly [RawEngine, ...RawEngine[]];
  readonly engineIds: readonly string[];
  readonly satsuma: SatsumaServer;
  readonly dockerVersion: string;
  /** Freezes the first engine while `work` runs. */
  frozen<T>(work: () => Promise<T>): Promise<T>;
}

/** Builds the arena, runs `work`, and always takes the arena down. */
export async function withArena<T>(
  options: ArenaOptions,
  progress: Progress,
  work: (arena: Arena) => Promise<T>,
): Promise<T> {
  return await takingDown(async (undo) => {
    progress.say('three engines');
    const lab = await startLab({
      name: 'bench',
      engines: 3,
      attached: true,
      image: true,
      liveRestore: !options.isSwarm,
    });
    undo(() => lab.down());
    const { raw, dockerVersion } = await connectAll(lab);
    undo(() => {
      for (const each of raw) each.close();
    });
    progress.say(`a Satsuma server, ${options.store} store`);
    const satsuma = await startOnStore(lab, options, undo);
    const frozen = async <R>(inside: () => Promise<R>) => {
      await lab.pause(1);
      return await inside().finally(() => lab.resume(1));
    };
    return await work({ raw, engineIds: lab.engines.map(({ id }) => id), satsuma, dockerVersion, frozen });
  });
}

async function connectAll(lab: Lab): Promise<Pick<Arena, 'raw' | 'dockerVersion'>> {
  const tls = await clientContext(lab.client);
  const [first, ...others] = lab.engines.map((engine) => new RawEngine(engine, tls));
  if (!first) throw new Error('a lab without engines');
  const versions = await Promise.all([first, ...others].map((each) => each.connect()));
  return { raw: [first, ...others], dockerVersion: versions[0] ?? '' };
}
