import http from 'node:http';
import { toDockerSpec } from '../src/engines/docker/spec.ts';
import type { ImageConfig } from '../src/model/image-config.ts';
import { alternate } from './alternate.ts';
import { byMedian } from './by-median.ts';
import type { Arena } from './engines/arena.ts';
import { type Contestant, containerFor, type Running } from './engines/contestant.ts';
import { drain } from './engines/drain.ts';
import { HttpClient } from './engines/http-client.ts';
import { inParallel } from './engines/in-parallel.ts';
import { runAll } from './engines/run-all.ts';
import type { Figure } from './figure.ts';
import type { Progress } from './progress.ts';
import type { RunOptions } from './run-ratio.ts';
import { median, medianRatio } from './statistics.ts';
import { timeOf } from './time-of.ts';

const targets = { run: 1.03, list: 1, execMs: 1, throughput: 0.8 } as const;
const containers = 150;
const clients = 16;
const warmUpRounds = 6;
const mostStreams = 8;
const megabytes = 40;
const lineLength = 200;

/** Docker's API at Satsuma's door, asked with the same calls as an engine. */
class DockerDoor implements Contestant {
  readonly #client: HttpClient;
  readonly #address: string;

  constructor(address: string) {
    this.#address = address;
    this.#client = new HttpClient(address);
  }

  // biome-ignore lint/suspicious/noExplicitAny: whoever asks knows the shape.
  async ask(statuses: readonly number[], method: string, path: string, body?: object): Promise<any> {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const answer = await this.#client.expect(statuses, method, path, sent);
    return answer.trim() === '' ? undefined : JSON.parse(answer);
  }

  /** `labels`: the engine. */
  async run({ labels = [], ...image }: ImageConfig): Promise<Running> {
    const { name: _, ...spec } = toDockerSpec({ image, name: '', labels: {}, maximumCpus: 1 });
    const body = JSON.stringify({ ...spec, Env: labels.map((engine) => `constraint:engine==${engine}`) });
    const started = performance.now();
    const { Id: id } = JSON.parse(await this.#client.expect([201], 'POST', '/containers/create', body));
    await this.#client.expect([204], 'POST', `/containers/${id}/start`);
    const elapsedMs = performance.now() - started;
    const remove = async () => void (await this.#client.expect([204], 'DELETE', `/containers/${id}?force=1&v=1`));
    return { id, elapsedMs, remove };
  }

  async drain(path: string): Promise<number> {
    return await drain(http.request(this.#address + path, { agent: false }));
  }

  close(): void {
    this.#client.close();
  }
}

/** What Docker's API costs through Satsuma beside the same calls to one engine, taking turns. */
export async function measureDocker(arena: Arena, { n, network }: RunOptions, progress: Progress): Promise<Figure[]> {
  const door = new DockerDoor(arena.satsuma.dockerAddress);
  try {
    return [
      await measureRuns(arena, door, { n, network }, progress),
      await measureList(arena, door, n, progress),
      ...(await measureStreams(arena, door, n, progress)),
    ];
  } finally {
    door.close();
  }
}

async function measureRuns(
  { raw: [engine], engineIds, satsuma }: Arena,
  door: DockerDoor,
  { n, network }: RunOptions,
  progress: Progress,
): Promise<Figure> {
  const image = containerFor(network, 0, { labels: engineIds.slice(0, 1) });
  const time = async (contestant: Contestant) => {
    progress.check();
    const { elapsedMs, remove } = await contestant.run(image);
    await remove();
    return elapsedMs;
  };
  const timeRaw = () => satsuma.aside(() => time(engine));
  const timeDoor = async () => {
    const elapsedMs = await time(door);
    await satsuma.settle();
    return elapsedMs;
  };
  progress.say(`docker: ${n} containers each, raw, the door and raw again taking turns`);
  const runners = [timeRaw, timeDoor, timeRaw] as const;
  await alternate(warmUpRounds, runners);
  const [rawMs, doorMs, controlMs] = await alternate(n, runners);
  const facts = { 'raw against itself': medianRatio(controlMs, rawMs).value };
  const name = `docker: create + start, network ${network}, p50 against raw`;
  return { name, target: targets.run, ...byMedian(doorMs, rawMs, facts) };
}

async function measureList(
  { raw: [engine], satsuma }: Arena,
  door: DockerDoor,
  n: number,
  progress: Progress,
): Promise<Figure> {
  progress.say(`docker: ${containers} containers, then ${n} lists of all of them and of one engine, taking turns`);
  const images = Array.from({ length: containers }, (_, at) => containerFor('none', at, { strategy: 'round-robin' }));
  const { running } = await runAll(satsuma, images, clients, progress);
  await satsuma.settle();
  const path = '/containers/json?all=1';
  const [ours, theirs]: [number[], number[]] = [[], []];
  const listed = { door: 0, engine: 0 };
  for (let round = 0; round < n; round++) {
    progress.check();
    ours.push(await timeOf(async () => (listed.door = (await door.ask([200], 'GET', path)).length)));
    theirs.push(await timeOf(async () => (listed.engine = (await engine.ask([200], 'GET', path)).length)));
  }
  await inParallel(running, 8, ({ remove }) => remove());
  const name = `docker: a list of ${listed.door} on 3 engines, against one of ${listed.engine} at one engine`;
  return { name, target: targets.list, ...byMedian(ours, theirs) };
}

async function measureStreams(
  { raw: [engine], engineIds: [engineId = ''], satsuma }: Arena,
  door: DockerDoor,
  n: number,
  progress: Progress,
): Promise<Figure[]> {
  progress.say(`docker: exec of true ${n} times, then a log of ${megabytes} MB and as much over attach`);
  const sleeper = await door.run(containerFor('none', 0, { args: ['sleep', '1d'], labels: [engineId] }));
  await satsuma.settle();
  const [execs, rawExecs]: [number[], number[]] = [[], []];
  for (let round = 0; round < n; round++) {
    progress.check();
    execs.push(await timeOf(() => exec(door, sleeper.id)));
    rawExecs.push(await timeOf(() => exec(engine, sleeper.id)));
  }
  await sleeper.remove();
  const rounds = Math.min(n, mostStreams);
  const lines = (megabytes * 1e6) / lineLength;
  const script = `yes ${'x'.repeat(lineLength - 1)} | head -n ${lines}`;
  const writer = await door.run(containerFor('none', 1, { args: ['sh', '-c', script], labels: [engineId] }));
  await door.ask([200], 'POST', `/containers/${writer.id}/wait`);
  const path = `/containers/${writer.id}/logs?stdout=1&stderr=1`;
  const [logs, rawLogs]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    progress.check();
    logs.push(await timeOf(() => whole(door.drain(path))));
    rawLogs.push(await timeOf(() => whole(engine.drain(path))));
  }
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
  ];
}

async function exec(asked: Pick<DockerDoor, 'ask'>, container: string): Promise<void> {
  const body = { AttachStdout: true, AttachStderr: true, Cmd: ['true'] };
  const { Id: id } = await asked.ask([201], 'POST', `/containers/${container}/exec`, body);
  await asked.ask([200], 'POST', `/exec/${id}/start`, { Detach: false, Tty: false });
}

async function whole(bytes: Promise<number>): Promise<void> {
  if ((await bytes) < megabytes * 1e6) throw new Error('a log did not come whole');
}
