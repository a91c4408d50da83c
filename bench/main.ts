import { rm } from 'node:fs/promises';
import { measureAccounts } from './accounts-cost.ts';
import { measureBursts } from './burst-ratio.ts';
import { measureCompose } from './compose-ratio.ts';
import { currentLoad, observeConditions } from './conditions.ts';
import { measureCopies } from './copies.ts';
import { measureDocker } from './docker-door.ts';
import { withArena } from './engines/arena.ts';
import type { Figure } from './figure.ts';
import { measureForeignEvents } from './foreign-events.ts';
import { measureImagePush } from './image-push.ts';
import { measureLists, measureListsAtScale } from './list-ratio.ts';
import { measureLogReaders } from './log-readers.ts';
import { type BenchOptions, parseOptions, usage } from './options.ts';
import { measurePlace } from './place/place-speed.ts';
import { Interrupted, Progress } from './progress.ts';
import { report } from './report.ts';
import { measureRuns } from './run-ratio.ts';
import { measureScale } from './scale/measure-scale.ts';
import { measureServices } from './services-ratio.ts';
import { measureStreams } from './streams/measure-streams.ts';

const size = { engines: 10_000, containers: 100_000 };
const profileDir = new URL('../.lab/bench-profile', import.meta.url).pathname;

/**
 * `npm run bench`: each figure is compared with a peer or a limit in the same run. A missed target is reported, but is
 * no failure.
 */
async function bench(options: BenchOptions, progress: Progress): Promise<void> {
  const loadBefore = currentLoad();
  const figures: Figure[] = [];
  let dockerVersion: string | undefined;
  const { n, network } = options;
  if (
    options.parts.some((part) =>
      ['run', 'burst', 'lists', 'logs', 'streams', 'services', 'compose', 'docker'].includes(part),
    )
  ) {
    if (options.isProfiled) await rm(profileDir, { recursive: true, force: true });
    const isSwarm = options.parts.includes('services');
    const settings = { isSwarm, store: options.store, profileDir: options.isProfiled ? profileDir : undefined };
    await withArena(settings, progress, async (arena) => {
      dockerVersion = arena.dockerVersion;
      if (options.parts.includes('run')) figures.push(...(await measureRuns(arena, { n: n.run, network }, progress)));
      if (options.parts.includes('burst'))
        figures.push(...(await measureBursts(arena, { n: n.burst, network }, progress)));
      if (options.parts.includes('lists')) figures.push(...(await measureLists(arena, n.lists, progress)));
      if (options.parts.includes('logs')) figures.push(...(await measureLogReaders(arena, n.logs, progress)));
      if (options.parts.includes('streams')) figures.push(...(await measureStreams(arena, n.streams, progress)));
      if (options.parts.includes('services'))
        figures.push(...(await measureServices(arena, { n: n.services, network }, progress)));
      if (options.parts.includes('compose'))
        figures.push(...(await measureCompose(arena, { n: n.compose, network }, progress)));
      if (options.parts.includes('docker'))
        figures.push(...(await measureDocker(arena, { n: n.docker, network }, progress)));
    });
  }
  if (options.parts.includes('lists')) {
    const { store } = options;
    const profile = options.isProfiled ? profileDir : undefined;
    figures.push(...(await measureListsAtScale(n.lists, { store, profileDir: profile }, progress)));
  }
  if (options.parts.includes('events')) {
    const profile = options.isProfiled ? profileDir : undefined;
    figures.push(...(await measureForeignEvents(n.events, { store: options.store, profileDir: profile }, progress)));
  }
  if (options.parts.includes('images')) figures.push(...(await measureImagePush(options.store, n.images, progress)));
  if (options.parts.includes('copies')) figures.push(...(await measureCopies(options.store, n.copies, progress)));
  if (options.parts.includes('accounts')) figures.push(...(await measureAccounts(n.accounts, progress)));
  if (options.parts.includes('place')) figures.push(...(await measurePlace({ size, n: n.place }, progress)));
  if (options.parts.includes('scale')) {
    const { store } = options;
    const profile = options.isProfiled ? profileDir : undefined;
    figures.push(...(await measureScale({ n: n.scale, store, profileDir: profile }, progress)));
  }
  const conditions = observeConditions(loadBefore, dockerVersion);
  const text = options.isJson ? JSON.stringify({ conditions, figures }, undefined, 2) : report(figures, conditions);
  process.stdout.write(`${text}\n`);
}

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort());
try {
  const options = parseOptions(process.argv.slice(2));
  if (options) await bench(options, new Progress(interruption.signal));
  else process.stdout.write(`${usage}\n`);
} catch (error) {
  // Errors caused by Ctrl-C are not reported.
  const isInterrupted = error instanceof Interrupted || interruption.signal.aborted;
  process.stderr.write(
    `bench: ${isInterrupted ? 'interrupted, everything is taken down' : (error as Error).message}\n`,
  );
  process.exitCode = isInterrupted ? 130 : 1;
}
