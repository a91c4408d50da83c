import type { Arena } from '../engines/arena.ts';
import { containerFor } from '../engines/contestant.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { median } from '../statistics.ts';

const target = 0.7;
const lines = 200_000;
/** With its line end. */
const lineLength = 200;
const mostRounds = 10;

/** A long log, read as fast as it comes: through Satsuma, and straight from the engine, taking turns. */
export async function measureThroughput(arena: Arena, n: number, progress: Progress): Promise<Figure[]> {
  const {
    raw: [engine],
    engineIds: [engineId = ''],
    satsuma,
  } = arena;
  const megabytes = (lines * lineLength) / 1e6;
  const rounds = Math.min(n, mostRounds);
  progress.say(`a log of ${megabytes} MB, read ${rounds} times`);
  const script = `yes ${'x'.repeat(lineLength - 1)} | head -n ${lines}`;
  const { id, remove } = await satsuma.run(
    containerFor('none', 0, { args: ['sh', '-c', script], type: 'host', labels: [`host:${engineId}`] }),
  );
  await satsuma.ask([200], 'POST', `/apiv1/container/${id}/wait`);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    progress.check();
    ours.push(await speed(() => satsuma.drain(`/apiv1/container/${id}/logs?tail=all`)));
    theirs.push(await speed(() => engine.drain(`/containers/${id}/logs?stdout=true&stderr=true`)));
  }
  await remove();
  const [measured, peer] = [median(ours), median(theirs)];
  return [
    {
      name: `a log of ${megabytes} MB through Satsuma, against straight from the engine`,
      unit: 'x',
      value: measured / peer,
      target,
      isAtLeast: true,
      facts: { 'MB a second': measured, 'peer MB a second': peer },
    },
  ];
}

/** In megabytes of lines a second, without Docker's frames. */
async function speed(read: () => Promise<number>): Promise<number> {
  const started = performance.now();
  const bytes = await read();
  const seconds = (performance.now() - started) / 1_000;
  const least = lines * lineLength;
  if (bytes < least) throw new Error(`a log of ${least} bytes came as ${bytes}`);
  return least / 1e6 / seconds;
}
