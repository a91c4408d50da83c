import type { Arena } from '../engines/arena.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { measureThroughput } from './log-throughput.ts';
import { measureManyReaders } from './many-readers.ts';
import { measureProcess } from './process-latency.ts';
import { measureSlowReader } from './slow-reader.ts';

/** Live streams through Satsuma: output of programs and containers, and events. */
export async function measureStreams(arena: Arena, n: number, progress: Progress): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const measure of [measureProcess, measureThroughput, measureSlowReader, measureManyReaders])
    figures.push(...(await measure(arena, n, progress)));
  return figures;
}
