import type { ImageConfig } from '../../src/model/image-config.ts';
import type { Arena } from '../engines/arena.ts';
import { containerFor } from '../engines/contestant.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { median } from '../statistics.ts';

const target = 0.7;
const mostRounds = 10;

interface Log {
  readonly what: string;
  readonly lines: number;
  /** With the newline. */
  readonly lineLength: number;
  readonly log: Pick<ImageConfig, 'log_driver' | 'log_options'>;
}

const logs: readonly Log[] = [
  { what: 'in lines of 200 bytes', lines: 200_000, lineLength: 200, log: { log_driver: 'json-file' } },
  // The fastest case for an engine: it parses no JSON, and each line is one frame.
  {
    what: 'in lines of 8 kB, driver local',
    ...{ lines: 25_000, lineLength: 8_000 },
    log: { log_driver: 'local', log_options: { 'max-size': '1g', 'max-file': '1', compress: 'false' } },
  },
];

/** Reads long logs at full speed, alternately through Satsuma and directly from the engine. */
export async function measureThroughput(arena: Arena, n: number, progress: Progress): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const log of logs) figures.push(await measureLog(arena, log, { rounds: Math.min(n, mostRounds), progress }));
  return figures;
}

async function measureLog(
  { raw: [engine], engineIds: [engineId = ''], satsuma }: Arena,
  { what, lines, lineLength, log }: Log,
  { rounds, progress }: { readonly rounds: number; readonly progress: Progress },
): Promise<Figure> {
  const bytes = lines * lineLength;
  const title = `a log of ${bytes / 1e6} MB ${what}`;
  progress.say(`${title}, read ${rounds} times`);
  const script = `yes ${'x'.repeat(lineLength - 1)} | head -n ${lines}`;
  const { id, remove } = await satsuma.run(
    containerFor('none', 0, {
      ...{ args: ['sh', '-c', script], type: 'host', labels: [`host:${engineId}`] },
      ...log,
    }),
  );
  await satsuma.ask([200], 'POST', `/apiv1/container/${id}/wait`);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    progress.check();
    ours.push(await speed(bytes, () => satsuma.drain(`/apiv1/container/${id}/logs?tail=all`)));
    theirs.push(await speed(bytes, () => engine.drain(`/containers/${id}/logs?stdout=true&stderr=true`)));
  }
  await remove();
  const [measured, peer] = [median(ours), median(theirs)];
  return {
    name: `${title} through Satsuma, against straight from the engine`,
    unit: 'x',
    value: measured / peer,
    target,
    isAtLeast: true,
    facts: { 'MB a second': measured, 'peer MB a second': peer },
  };
}

/** In megabytes of log lines per second, without Docker's frames. */
async function speed(least: number, read: () => Promise<number>): Promise<number> {
  const started = performance.now();
  const bytes = await read();
  const seconds = (performance.now() - started) / 1_000;
  if (bytes < least) throw new Error(`a log of ${least} bytes came as ${bytes}`);
  return least / 1e6 / seconds;
}
