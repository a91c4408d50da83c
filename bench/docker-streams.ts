import type { Duplex } from 'node:stream';
import type { Arena } from './engines/arena.ts';
import { containerFor } from './engines/contestant.ts';
import type { DockerDoor } from './engines/docker-door-client.ts';
import type { Figure } from './figure.ts';
import type { Progress } from './progress.ts';
import { median } from './statistics.ts';
import { timeOf } from './time-of.ts';

const targets = { execMs: 1, throughput: 0.8 } as const;
const mostStreams = 5;
const megabytes = 40;
const lineLength = 200;

/** Programs, logs and attached containers, through the door and straight from the engine, taking turns. */
export async function measureDockerStreams(
  { raw: [engine], engineIds: [engineId = ''], satsuma }: Arena,
  door: DockerDoor,
  n: number,
  progress: Progress,
): Promise<Figure[]> {
  progress.say(`docker: exec of true ${n} times, then a log of ${megabytes} MB and as much over attach`);
  const sleeper = await door.run(containerFor('none', 0, { args: ['sleep', '1d'], labels: [engineId] }));
  await satsuma.settle();
  const [execs, rawExecs] = await inTurns(n, progress, [() => exec(door, sleeper.id), () => exec(engine, sleeper.id)]);
  await sleeper.remove();
  const rounds = Math.min(n, mostStreams);
  const lines = (megabytes * 1e6) / lineLength;
  const script = `yes ${'x'.repeat(lineLength - 1)} | head -n ${lines}`;
  const writer = await door.run(containerFor('none', 1, { args: ['sh', '-c', script], labels: [engineId] }));
  await door.ask([200], 'POST', `/containers/${writer.id}/wait`);
  const path = `/containers/${writer.id}/logs?stdout=1&stderr=1`;
  const [logs, rawLogs] = await inTurns(rounds, progress, [
    () => whole(door.drain(path)),
    () => whole(engine.drain(path)),
  ]);
  const [attaches, rawAttaches] = await inTurns(rounds, progress, [
    () => attached(door, writer.id),
    () => attached(engine, writer.id),
  ]);
  await writer.remove();
  const [measured, peer] = [median(execs), median(rawExecs)];
  const perSecond = (ms: readonly number[]) => (megabytes / median(ms)) * 1_000;
  return [
    {
      ...{ name: 'docker: exec of true, more than at the engine', unit: 'ms', value: measured - peer },
      ...{ target: targets.execMs, facts: { 'p50 ms': measured, 'peer p50 ms': peer } },
    },
    {
      ...{ name: `docker: a log of ${megabytes} MB, against straight from the engine`, unit: 'x' },
      ...{ value: perSecond(logs) / perSecond(rawLogs), target: targets.throughput, isAtLeast: true },
      facts: { 'MB a second': perSecond(logs), 'peer MB a second': perSecond(rawLogs) },
    },
    {
      ...{ name: `docker: attach, start and ${megabytes} MB, against the engine`, unit: 'x' },
      ...{ value: perSecond(attaches) / perSecond(rawAttaches), target: targets.throughput, isAtLeast: true },
      facts: { 'MB a second': perSecond(attaches), 'peer MB a second': perSecond(rawAttaches) },
    },
  ];
}

/** How long each took in each round, in milliseconds. */
async function inTurns(
  rounds: number,
  progress: Progress,
  [ours, theirs]: readonly [() => Promise<void>, () => Promise<void>],
): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    progress.check();
    times[0].push(await timeOf(ours));
    times[1].push(await timeOf(theirs));
  }
  return times;
}

async function exec(asked: Pick<DockerDoor, 'ask'>, container: string): Promise<void> {
  const body = { AttachStdout: true, AttachStderr: true, Cmd: ['true'] };
  const { Id: id } = await asked.ask([201], 'POST', `/containers/${container}/exec`, body);
  await asked.ask([200], 'POST', `/exec/${id}/start`, { Detach: false, Tty: false });
}

async function whole(bytes: Promise<number>): Promise<void> {
  if ((await bytes) < megabytes * 1e6) throw new Error('a log did not come whole');
}

/** As `docker start --attach`: its output from the start until it ends. */
async function attached(asked: Pick<DockerDoor, 'ask' | 'hijack'>, container: string): Promise<void> {
  const socket = await asked.hijack(`/containers/${container}/attach?stream=1&stdout=1&stderr=1`);
  await asked.ask([204], 'POST', `/containers/${container}/start`);
  await whole(lengthOf(socket));
  await asked.ask([200], 'POST', `/containers/${container}/wait`);
}

async function lengthOf(stream: Duplex): Promise<number> {
  let bytes = 0;
  for await (const chunk of stream) bytes += chunk.length;
  return bytes;
}
