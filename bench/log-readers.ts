import { setTimeout as pause } from 'node:timers/promises';
import type { Arena } from './engines/arena.ts';
import { containerFor } from './engines/contestant.ts';
import { openReader } from './engines/open-reader.ts';
import type { Figure } from './figure.ts';
import type { Progress } from './progress.ts';
import { median, percentile } from './statistics.ts';

const readers = 100;
const lines = 20_000;
/** Without the newline. */
const lineLength = 174;
const targetMs = 100;
const betweenMs = 20;
const settledMs = 1_000;

/** The duration of GET /healthz while a hundred clients follow a container's log without reading it. */
export async function measureLogReaders({ satsuma }: Arena, n: number, progress: Progress): Promise<Figure[]> {
  progress.say(`${lines} lines of log, ${readers} clients that do not read them, ${n} times /healthz`);
  const script = `seq 100001 ${100_000 + lines} | sed 's/^/${'x'.repeat(lineLength - 6)}/'; sleep 3600`;
  const container = await satsuma.run(containerFor('none', 0, { args: ['sh', '-c', script] }));
  await pause(settledMs);
  const alone = await askHealth(satsuma, n);
  const before = await satsuma.residentMiB();
  const sockets = await Promise.all(
    Array.from({ length: readers }, () =>
      openReader(satsuma.address, `/apiv1/container/${container.id}/logs?follow=true&tail=all`),
    ),
  );
  const beside = await askHealth(satsuma, n);
  const after = await satsuma.residentMiB();
  for (const socket of sockets) socket.destroy();
  await container.remove();
  return [
    {
      name: `GET /healthz beside ${readers} clients that follow a log of ${lines} lines and do not read, the longest`,
      unit: 'ms',
      value: Math.max(...beside),
      target: targetMs,
      facts: {
        'p50 ms': median(beside),
        'p99 ms': percentile(beside, 99),
        'alone, longest ms': Math.max(...alone),
        'alone, p50 ms': median(alone),
        'memory MiB more': after.all - before.all,
      },
    },
  ];
}

async function askHealth(satsuma: Arena['satsuma'], n: number): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < n; count++) {
    const asked = performance.now();
    await satsuma.ask([200], 'GET', '/healthz');
    times.push(performance.now() - asked);
    await pause(betweenMs);
  }
  return times;
}
