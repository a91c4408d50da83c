import { setTimeout as pause } from 'node:timers/promises';
import type { Arena } from '../engines/arena.ts';
import { containerFor } from '../engines/contestant.ts';
import { openReader } from '../engines/open-reader.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';

const targetMiB = 8;
const seconds = 20;
/** The fastest log driver, with one frame per line. The engine discards old lines. */
const log = { log_driver: 'local', log_options: { 'max-size': '200m', 'max-file': '2', compress: 'false' } };
const lineLength = 8_000;
const linesPerRound = 1_250;
const bytesPerRound = lineLength * linesPerRound;
/** Counts its rounds in a file. */
const script = `while :; do yes ${'x'.repeat(lineLength - 1)} | head -n ${linesPerRound}; echo >> /rounds; done`;

/**
 * The additional memory of a server while a client follows a container that prints at full speed, and reads one byte
 * per second.
 */
export async function measureSlowReader({ satsuma }: Arena, _n: number, progress: Progress): Promise<Figure[]> {
  progress.say(`a reader of one byte a second of a container that prints all it can, for ${seconds} s`);
  const { id, remove } = await satsuma.run(containerFor('none', 0, { args: ['sh', '-c', script], ...log }));
  const printed = async () => {
    const body = JSON.stringify({ cmd: ['sh', '-c', 'wc -l < /rounds'] });
    const { data } = JSON.parse(await satsuma.ask([200], 'POST', `/apiv1/container/${id}/exec`, body));
    return { bytes: Number(data.stdout) * bytesPerRound, atMs: performance.now() };
  };
  await pause(2_000);
  const begun = await printed();
  const before = await satsuma.residentMiB();
  const socket = await openReader(satsuma.address, `/apiv1/container/${id}/logs?follow=true&tail=0`);
  let most = before.all;
  for (let second = 0; second < seconds; second++) {
    progress.check();
    socket.read(1);
    await pause(1_000);
    most = Math.max(most, (await satsuma.residentMiB()).all);
  }
  const ended = await printed();
  socket.destroy();
  await remove();
  const rate = (ended.bytes - begun.bytes) / 1e6 / ((ended.atMs - begun.atMs) / 1_000);
  return [
    {
      name: 'memory for a reader of one byte a second of a container that prints all it can',
      unit: 'MiB',
      value: most - before.all,
      target: targetMiB,
      facts: { before: before.all, 'printed MB a second': rate },
    },
  ];
}
