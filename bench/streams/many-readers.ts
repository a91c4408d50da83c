import http, { type ClientRequest } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { inParallel } from '../../src/runtime/in-parallel.ts';
import type { Arena } from '../engines/arena.ts';
import { containerFor } from '../engines/contestant.ts';
import type { Figure } from '../figure.ts';
import type { Progress } from '../progress.ts';
import { median, percentile } from '../statistics.ts';

const counts = { logs: 500, events: 200, containers: 9 };
const settledMs = 3_000;
const opening = 16;

/**
 * Five hundred readers of a log with one line per second, and two hundred readers of events: memory, and the delay of
 * events.
 */
export async function measureManyReaders({ satsuma }: Arena, n: number, progress: Progress): Promise<Figure[]> {
  progress.say(`${counts.logs} readers of logs, ${counts.events} of events, ${n} events`);
  const script = 'while :; do echo line; sleep 1; done';
  const images = Array.from({ length: counts.containers }, (_, at) =>
    containerFor('none', at, { args: ['sh', '-c', script], strategy: 'round-robin' }),
  );
  const containers = await Promise.all(images.map((image) => satsuma.run(image)));
  const subject = containers[0]?.id ?? '';
  const open: ClientRequest[] = [];
  const readers: EventReader[] = [];
  try {
    const first = await EventReader.open(satsuma.address);
    readers.push(first);
    const alone = await lags(satsuma, subject, readers, n);
    const before = await satsuma.residentMiB();
    await inParallel(
      Array.from({ length: counts.logs }, (_, at) => at),
      opening,
      async (at) => {
        const { id } = containers[at % containers.length] ?? { id: '' };
        open.push(await stream(`${satsuma.address}/apiv1/container/${id}/logs?follow=true&tail=0`, () => {}));
      },
    );
    await inParallel(Array.from({ length: counts.events - 1 }), opening, async () => {
      readers.push(await EventReader.open(satsuma.address));
    });
    await pause(settledMs);
    const beside = await lags(satsuma, subject, readers, n);
    const after = await satsuma.residentMiB();
    const of = `${counts.logs} readers of logs and ${counts.events} of events`;
    const facts = { 'p99 ms': percentile(beside, 99), 'one reader alone, p50 ms': median(alone) };
    return [
      { name: `from a pause of a container until the last of ${of} knows`, unit: 'ms', value: median(beside), facts },
      { name: `memory for ${of}`, unit: 'MiB', value: after.all - before.all, facts: { before: before.all } },
    ];
  } finally {
    for (const request of [...open, ...readers.map(({ request }) => request)]) request.destroy();
    await Promise.all(containers.map(({ remove }) => remove()));
  }
}

/** For each of `count` changes, the time until all readers had the event. */
async function lags(
  satsuma: Arena['satsuma'],
  subject: string,
  readers: readonly EventReader[],
  count: number,
): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < count; round++) {
    const action = round % 2 === 0 ? 'pause' : 'unpause';
    const known = Promise.all(readers.map((reader) => reader.next(action)));
    const asked = performance.now();
    await satsuma.ask([200], 'POST', `/apiv1/container/${subject}/${action}`);
    await known;
    times.push(performance.now() - asked);
  }
  if (count % 2 === 1) await satsuma.ask([200], 'POST', `/apiv1/container/${subject}/unpause`);
  return times;
}

class EventReader {
  request!: ClientRequest;
  #waiting: { readonly action: string; readonly told: () => void } | undefined;
  #text = '';

  static async open(address: string): Promise<EventReader> {
    const reader = new EventReader();
    reader.request = await stream(`${address}/apiv1/events?kind=container`, (chunk) => reader.#take(chunk));
    return reader;
  }

  /** Resolves with the next event of that action. */
  next(action: string): Promise<void> {
    return new Promise((told) => {
      this.#waiting = { action, told };
    });
  }

  #take(chunk: Buffer): void {
    this.#text += chunk.toString();
    const end = this.#text.lastIndexOf('\n\n');
    if (end < 0) return;
    const whole = this.#text.slice(0, end + 1);
    this.#text = this.#text.slice(end + 2);
    if (this.#waiting && whole.includes(`event: container.${this.#waiting.action}\n`)) this.#waiting.told();
  }
}

/** Resolves at a 200 answer; otherwise rejects. */
function stream(url: string, onData: (chunk: Buffer) => void): Promise<ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`GET ${url} answered ${response.statusCode}`));
      response.on('data', onData).on('error', () => {});
      resolve(request);
    });
    request.on('error', reject);
  });
}
