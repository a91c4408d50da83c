import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { projectRoot } from '../example/lab/project-root.ts';
import type { ImageConfig } from '../src/model/image-config.ts';
import { inParallel } from '../src/runtime/in-parallel.ts';
import { byRound } from './by-round.ts';
import type { Arena } from './engines/arena.ts';
import type { Network } from './engines/contestant.ts';
import { roundRobin } from './engines/round-robin.ts';
import { runAll } from './engines/run-all.ts';
import type { Figure } from './figure.ts';
import type { Progress } from './progress.ts';
import { median } from './statistics.ts';

export interface ComposeOptions {
  /** Deployments per contestant. */
  readonly n: number;
  readonly network: Network;
}

const run = promisify(execFile);
const services = 20;
const clients = 32;
const pollMs = 25;
const project = 'bench';
const list = `/apiv1/services?label=${encodeURIComponent(`com.docker.compose.project=${project}`)}`;

/**
 * Deploys 20 services of a Compose file until each has its replica, as a user would, compared with 32 raw clients that
 * create and start as many containers. Then runs the same command again, which has nothing to do.
 */
export async function measureCompose(
  { raw, satsuma }: Arena,
  { n, network }: ComposeOptions,
  progress: Progress,
): Promise<Figure[]> {
  const file = join(tmpdir(), `satsuma-bench-compose-${process.pid}.yaml`);
  const image: ImageConfig = {
    ...{ name: 'demo/busybox:1', memory: 16, type: 'label', restart_policy: {} },
    ...(network === 'bridge' ? {} : { network_mode: network }),
  };
  const service = `image: demo/busybox:1, network_mode: ${network}, mem_limit: 16m, restart: always, deploy: {update_config: {monitor: 0s}}`;
  const lines = Array.from({ length: services }, (_, at) => `  s${at}: {${service}}\n`);
  await writeFile(file, `services:\n${lines.join('')}`);
  const typed = async (...words: readonly string[]) => {
    const main = join(projectRoot, 'dist/src/main.js');
    const started = performance.now();
    const options = { env: { PATH: process.env.PATH, SATSUMA_HOST: satsuma.address } };
    const { stdout } = await run(process.execPath, [main, ...words], options);
    return { elapsedMs: performance.now() - started, stdout };
  };
  const compose = (...words: readonly string[]) => typed('compose', '-f', file, '-p', project, ...words);
  const up = async () => {
    const started = performance.now();
    const [, elapsedMs] = await Promise.all([
      compose('up', '-d'),
      untilReady(() => satsuma.ask([200], 'GET', list)).then(() => performance.now() - started),
    ]);
    return elapsedMs;
  };
  const byHand = () =>
    satsuma.aside(async () => {
      const images = Array.from({ length: services }, () => image);
      const { elapsedMs, running } = await runAll(roundRobin(raw), images, clients, progress);
      await inParallel(running, 8, ({ remove }) => remove());
      return elapsedMs;
    });
  const upMs: number[] = [];
  const rawMs: number[] = [];
  const nothingMs: number[] = [];
  const startMs: number[] = [];
  const bySatsuma = async () => {
    upMs.push(await up());
    await satsuma.settle();
    const { elapsedMs, stdout } = await compose('up', '-d');
    if (!stdout.includes('nothing to do')) throw new Error(`there was something to do: ${stdout.slice(0, 500)}`);
    nothingMs.push(elapsedMs);
    startMs.push((await typed('--version')).elapsedMs);
    await compose('down');
    await satsuma.settle();
    progress.check();
  };
  try {
    progress.say(`${services} services of a Compose file, network ${network}: warming up`);
    await bySatsuma();
    await byHand();
    for (const times of [upMs, nothingMs, startMs]) times.length = 0;
    progress.say(`${n} times each, Satsuma and raw clients taking turns`);
    for (let round = 0; round < n; round += 1) {
      const turns = [bySatsuma, async () => void rawMs.push(await byHand())];
      for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
    }
  } finally {
    await rm(file, { force: true });
  }
  const title = `compose up, network ${network}`;
  const starts = { 'start of the command alone, median ms': median(startMs) };
  const facts = { ms: median(upMs), 'peer ms': median(rawMs), ...starts };
  return [
    {
      name: `${title}, ${services} services, against ${clients} raw clients`,
      target: 1.1,
      ...byRound(upMs, rawMs, facts),
    },
    {
      name: `${title}, with nothing to do`,
      ...{ unit: 'ms', target: 300, value: median(nothingMs) },
      facts: { 'at least': Math.min(...nothingMs), 'at most': Math.max(...nothingMs), ...starts },
    },
  ];
}

async function untilReady(read: () => Promise<string>): Promise<void> {
  for (;;) {
    const { data }: { data: readonly { readonly status: { readonly ready: number } }[] } = JSON.parse(await read());
    if (data.length === services && data.every(({ status }) => status.ready === 1)) return;
    await sleep(pollMs);
  }
}
