import { setMaxListeners } from 'node:events';
import type { LogLine } from '../../api/log.ts';
import type { LogOptions } from '../../engines/engine-client.ts';
import { readUnlessLost } from '../../execution/engine-loss.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { firstFew } from '../../model/first-few.ts';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isAlive } from '../../state/containers/container-view.ts';
import type { KnownContainer } from '../../state/known-container.ts';
import { readEngineClock } from '../services/engine-clock.ts';
import { LogMerger, type TimedLine } from './log-merger.ts';
import { checkSelection, isAnythingLeft, type LogSelection, selectContainers } from './select-containers.ts';
import { type LinePart, TimedLines } from './timed-lines.ts';

/** Streams that one reader reads: a container is one, or two where its outputs are told apart. Each takes up to half a megabyte. */
export const mostStreams = 200;
/** Engines that a refusal names. */
const mostNamed = 3;
/** Longer lines are cut into parts, which say so. */
const longestLineBytes = 128 * 1024;
/** A container that says nothing keeps the others waiting for so long while they are followed; otherwise its end is near. */
const silentMs = 200;
const patientMs = 10_000;
/** The same until its engine begins to tell. A call to an engine ends by itself. */
const openingMs = 2_000;
const patientOpeningMs = 60_000;
const againMs = 1_000;
/** Where too much is read, what has an end is tried again so often: those who read it are done soon. */
const mostCrowdedTries = 10;
const pollMs = 2_000;
/** What was written before the end may come so much later. */
const lateMs = 1_000;
/** As far as a timer of Node reaches. */
const longestTimerMs = 2 ** 31 - 1;

export interface MergedOptions extends Pick<LogOptions, 'tail' | 'follow' | 'stdout' | 'stderr' | 'since' | 'reader'> {
  /** Milliseconds since 1970. */
  readonly untilMs?: number | undefined;
  /** Tells standard output and standard error apart, by two streams from the engine. */
  readonly areStreamsApart: boolean;
  readonly signal: AbortSignal;
  /** What whoever reads is shown of an error; left out: all of it. */
  readonly shownError?: ((error: SatsumaError) => SatsumaError) | undefined;
}

/**
 * What several containers wrote, merged by time. With `follow`, containers that come later are joined, of which everything is told that they
 * write from then on; one that was started again goes on, until all that was named is gone. With `untilMs` too, it ends at that time. Throws what `checkSelection` throws, and `invalid` for more containers than can be read.
 */
export async function readMergedLogs(
  cluster: Cluster,
  selection: LogSelection,
  options: MergedOptions,
): Promise<AsyncIterable<LogLine[]>> {
  await checkSelection(cluster, selection);
  const meant = selectContainers(cluster, selection);
  const most = mostContainers(options);
  if (meant.length > most) {
    const message = `${meant.length} containers are meant, and ${most} can be read at a time: choose an engine (${countByEngine(meant)}), a label, a service or names`;
    throw new SatsumaError('invalid', message);
  }
  // Of a time that is over nothing comes any more, and what was written until then is told.
  const isOver = options.untilMs !== undefined && options.untilMs <= cluster.clock.now();
  return new MergedLogs(cluster, selection, isOver ? { ...options, follow: false } : options).read();
}

function mostContainers({ areStreamsApart }: MergedOptions): number {
  return areStreamsApart ? mostStreams / 2 : mostStreams;
}

/** `web-1 has 120, web-2 has 80`: those with most. */
function countByEngine(meant: readonly KnownContainer[]): string {
  const counts = new Map<string, number>();
  for (const { engineId } of meant) counts.set(engineId, (counts.get(engineId) ?? 0) + 1);
  const sorted = [...counts].sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1));
  return firstFew(
    sorted.map(([engine, count]) => `${engine} has ${count}`),
    mostNamed,
  );
}

type Stream = Exclude<LogLine['stream'], 'satsuma'>;

interface TellOptions extends MergedOptions {
  /** It was not meant when the reading began. */
  readonly isLater?: boolean;
}

class MergedLogs {
  readonly #cluster: Cluster;
  readonly #selection: LogSelection;
  readonly #options: MergedOptions;
  readonly #merger = new LogMerger<LogLine>();
  readonly #active = new Set<string>();
  readonly #ended = new Set<string>();
  readonly #begunMs = performance.now();
  #hasToldOfMore = false;

  constructor(cluster: Cluster, selection: LogSelection, options: MergedOptions) {
    this.#cluster = cluster;
    this.#selection = selection;
    this.#options = options;
  }

  async *read(): AsyncGenerator<LogLine[]> {
    const gone = new AbortController();
    const { untilMs, follow } = this.#options;
    const signal = AbortSignal.any([gone.signal, this.#options.signal]);
    // Each source listens to it.
    setMaxListeners(0, signal);
    if (follow && untilMs !== undefined) abortAt(gone, untilMs + lateMs);
    const reading = this.#readAll(signal).finally(() => this.#merger.close());
    try {
      yield* this.#merger.read();
    } finally {
      gone.abort();
      await reading;
    }
  }

  async #readAll(signal: AbortSignal): Promise<void> {
    const { changes } = this.#cluster.cache;
    let reading = this.#newcomers().map((each) => this.#tellAll(each, this.#options, signal));
    while (this.#options.follow && !signal.aborted && isAnythingLeft(this.#cluster, this.#selection)) {
      const { count } = changes;
      const more = this.#newcomers().map((each) => this.#tellAll(each, { ...this.#options, isLater: true }, signal));
      // What has ended needs no memory.
      if (more.length > 0) reading = [...reading, ...more];
      await changes.next(count, pollMs, signal);
      await pause(pollMs / 10, signal);
    }
    await Promise.all(reading);
  }

  /** Containers that are meant and not read yet. */
  #newcomers(): KnownContainer[] {
    const meant = selectContainers(this.#cluster, this.#selection);
    const fresh = meant.filter(({ summary }) => !this.#active.has(summary.id) && !this.#ended.has(summary.id));
    const ids = new Set(meant.map(({ summary }) => summary.id));
    for (const id of this.#ended) if (!ids.has(id)) this.#ended.delete(id);
    const most = mostContainers(this.#options);
    const room = fresh.slice(0, Math.max(0, most - this.#active.size));
    if (room.length < fresh.length && !this.#hasToldOfMore) {
      this.#hasToldOfMore = true;
      const [first] = fresh.slice(room.length);
      if (first) this.#say(first, `not read: ${most} containers are read at a time`);
    }
    for (const { summary } of room) this.#active.add(summary.id);
    return room;
  }

  async #tellAll(known: KnownContainer, options: TellOptions, signal: AbortSignal): Promise<void> {
    const { stdout, stderr, areStreamsApart } = options;
    const both = areStreamsApart ? (['stdout', 'stderr'] as const) : (['stdout'] as const);
    const wanted = both.filter((stream) => !areStreamsApart || { stdout, stderr }[stream]);
    await Promise.all(wanted.map((stream) => this.#tell(known, stream, options, signal)));
    this.#active.delete(known.summary.id);
    this.#ended.add(known.summary.id);
  }

  /** All that one container wrote to one stream, or to both; with `follow`, as long as it is there. Never throws. */
  async #tell(known: KnownContainer, stream: Stream, options: TellOptions, signal: AbortSignal): Promise<void> {
    const { cache, pool, logger } = this.#cluster;
    const { id } = known.summary;
    const { tail, since, follow, reader, areStreamsApart, shownError = (error: SatsumaError) => error } = options;
    const source = this.#merger.add(follow ? openingMs : patientOpeningMs);
    const only = areStreamsApart ? { stdout: stream === 'stdout', stderr: stream === 'stderr' } : options;
    let asked: LogOptions = { tail, since, follow, reader, stdout: only.stdout, stderr: only.stderr, timestamps: true };
    let last = '';
    let complaint = '';
    let isNewOnly = options.isLater === true;
    let isPast = false;
    let crowdedTries = 0;
    let isCrowded = false;
    const isThere = () => cache.hasEngine(known.engineId) && cache.containers.get(known.engineId, id) !== undefined;
    const isAtRest = () => {
      const now = cache.containers.get(known.engineId, id);
      return now !== undefined && !isAlive(now.summary);
    };
    do {
      isCrowded = false;
      try {
        // By the engine's own clock: it dates what it tells, and what is asked for.
        if (last !== '') asked = { ...asked, tail: 'all', since: secondsOf(last) };
        else if (isNewOnly && tail !== 'all')
          asked = { ...asked, tail: 'all', since: since ?? (await this.#begunAt(known.engineId)) };
        const { bytes: logs } = await readUnlessLost(this.#cluster, known.engineId, signal, async (until) => ({
          bytes: await pool.client(cache.engine(known.engineId).value).openLogs(id, asked, until),
        }));
        complaint = '';
        isNewOnly = true;
        source.wait(follow ? silentMs : patientMs);
        const lines = new TimedLines(last, longestLineBytes);
        for await (const bytes of logs) {
          await source.offer(this.#portion(known, stream, lines.push(bytes)));
          last = lines.last;
          isPast = lines.last !== '' && Date.parse(lines.last) > (options.untilMs ?? Number.POSITIVE_INFINITY);
          if (isPast) break;
        }
        if (isPast) break;
        await source.offer(this.#portion(known, stream, lines.end()));
        last = lines.last;
      } catch (error) {
        if (signal.aborted || !isThere()) break;
        const message = isSatsumaError(error) ? shownError(error).message : 'its logs cannot be read';
        if (!isSatsumaError(error)) logger.error({ err: error, containerId: id }, 'logs not read');
        isCrowded = !follow && isSatsumaError(error, 'too_many_readers') && ++crowdedTries <= mostCrowdedTries;
        // Once for each reason, not with every try.
        if (message !== complaint && !isCrowded) this.#say(known, message);
        complaint = message;
      }
      if ((follow || isCrowded) && !signal.aborted) await pause(againMs, signal);
      // It may be started again.
      while (follow && !signal.aborted && isAtRest()) await pause(againMs, signal);
    } while ((follow || isCrowded) && !signal.aborted && isThere());
    source.end();
  }

  /** When the reading began, by the clock of the engine: what was written before that is not told of whoever comes later. */
  async #begunAt(engineId: string): Promise<string> {
    const { cache, pool } = this.#cluster;
    const engineNow = await readEngineClock(pool.client(cache.engine(engineId).value));
    return ((engineNow() - (performance.now() - this.#begunMs)) / 1_000).toFixed(3);
  }

  #portion(
    { engineId, summary }: KnownContainer,
    stream: Stream,
    lines: readonly TimedLine<LinePart>[],
  ): TimedLine<LogLine>[] {
    const of = { engine: engineId, container: summary.name, id: summary.id, stream };
    const { untilMs = Number.POSITIVE_INFINITY } = this.#options;
    const inTime = lines.filter(({ at }) => untilMs === Number.POSITIVE_INFINITY || Date.parse(at) <= untilMs);
    return inTime.map(({ at, value }) => ({ at, value: { at, ...of, ...value } }));
  }

  /** What Satsuma itself has to say of a container. */
  #say({ engineId, summary }: KnownContainer, line: string): void {
    const source = this.#merger.add(0);
    const of = { engine: engineId, container: summary.name, id: summary.id };
    void source.offer([{ at: '', value: { at: '', ...of, stream: 'satsuma', line } }]).finally(() => source.end());
  }
}

function abortAt(controller: AbortController, atMs: number): void {
  const leftMs = Math.min(longestTimerMs, Math.max(0, atMs - Date.now()));
  const timer = setTimeout(() => (Date.now() < atMs ? abortAt(controller, atMs) : controller.abort()), leftMs);
  controller.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
}

/** As Docker's `since` takes it. */
function secondsOf(at: string): string {
  const [, fraction = '0'] = /\.(\d+)Z$/.exec(at) ?? [];
  return `${Math.floor(Date.parse(at) / 1000)}.${fraction}`;
}
