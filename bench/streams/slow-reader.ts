import { setTimeout as pause } from 'node:timers/promises';
import type { Arena } from '../engines/arena.ts';
import { containerFor } from '../engines/contestant.ts';
import { openReader } from '../engines/open-reader.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';

const targetMiB = 8;
const seconds = 20;

/** What a server needs more while somebody follows a container that prints all it can, and reads a byte a second of it. */
export async function measureSlowReader({ satsuma }: Arena, _n: number, progress: Progress): Promise<Figure[]> {
  progress.say(`a reader of one byte a second of a container that prints all it can, for ${seconds} s`);
  const rotated = { log_driver: 'json-file', log_options: { 'max-size': '20m', 'max-file': '2' } };
  const { id, remove } = await satsuma.run(containerFor('none', 0, { args: ['yes', 'x'.repeat(200)], ...rotated }));
  await pause(2_000);
  const before = await satsuma.residentMiB();
  const socket = await openReader(satsuma.address, `/apiv1/container/${id}/logs?follow=true&tail=0`);
  let most = before.all;
  for (let second = 0; second < seconds; second++) {
    progress.check();
    socket.read(1);
    await pause(1_000);
    most = Math.max(most, (await satsuma.residentMiB()).all);
  }
  socket.destroy();
  await remove();
  return [
    {
      name: 'memory for a reader of one byte a second of a container that prints all it can',
      unit: 'MiB',
      value: most - before.all,
      target: targetMiB,
      facts: { before: before.all },
    },
  ];
}
