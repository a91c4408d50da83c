import type { ImageConfig } from '../../src/model/image-config.ts';
import { inParallel } from '../../src/runtime/in-parallel.ts';
import type { Progress } from '../progress.ts';
import type { Contestant, Running } from './contestant.ts';

export interface Ran {
  /** From the first request to the last answer. */
  readonly elapsedMs: number;
  readonly running: readonly Running[];
}

/** Runs the containers with concurrent clients; each starts its next container when it has the previous one. */
export async function runAll(
  contestant: Contestant,
  images: readonly ImageConfig[],
  clients: number,
  progress: Progress,
): Promise<Ran> {
  const running: Running[] = [];
  const started = performance.now();
  await inParallel(images, clients, async (image) => {
    progress.check();
    running.push(await contestant.run(image));
  });
  return { elapsedMs: performance.now() - started, running };
}
