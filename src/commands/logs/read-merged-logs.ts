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

/**
 * Maximum number of streams per reader: one per container, or two if stdout and stderr are separated. Each buffers up
 * to half a megabyte.
 */
const maxStreams = 200;
/** Number of engines named in an error. */
const maxNamed = 3;
/** Longer lines are split into parts that are marked as such. */
const maxLineBytes = 128 * 1024;
/** How long the others wait for a silent container while following, and without following (its end is near then). */
const silentMs = 200;
const patientMs = 10_000;
/** The same before its engine begins to answer. Engine calls have their own deadlines. */
const openingMs = 2_000;
const patientOpeningMs = 60_000;
const againMs = 1_000;
/** How often a read without `follow` is retried when too many logs are open: other readers finish soon. */
const maxCrowdedTries = 10;
const pollMs = 2_000;
/** Log lines may arrive this much later than they were written. */
const lateMs = 1_000;
/** The maximum delay of a Node.js timer. */
const maxTimerMs = 2 ** 31 - 1;

interface MergedOptions extends Pick<LogOptions, 'tail' | 'follow' | 'stdout' | 'stderr' | 'since' | 'reader'> {
  /** Milliseconds since 1970. */
  readonly untilMs?: number | undefined;
  /** Reads stdout and stderr as two streams of the engine. */
  readonly areStreamsApart: boolean;
  readonly signal: AbortSignal;
  /** Filters errors for the reader. Absent: errors are shown unchanged. */
  readonly shownError?: ((error: SatsumaError) => SatsumaError) | undefined;
}

/**
 * The logs of several containers, merged by time. With `follow`, later containers are added from their first line, and
 * restarted ones continue, until everything that was named is gone. With `untilMs` as well, it ends at that time.
 * Throws what `checkSelection` throws, and `invalid` if there are too many containers.
 */
export async function readMergedLogs(
  cluster: Cluster,
  selection: LogSelection,
  options: MergedOptions,
): Promise<AsyncIterable<LogLine[]>> {
  await checkSelection(cluster, selection);
  const selected = selectContainers(cluster, selection);
  const max = maxContainers(options);
  if (selected.length > max) {
    const message = `${selected.length} containers match, and at most ${max} can be read at a time: choose an engine (${countByEngine(selected)}), a label, a service or names`;
    throw new SatsumaError('invalid', message);
  }
  // After `untilMs` nothing new can match, so following is not needed.
  const isOver = options.untilMs !== undefined && options.untilMs <= cluster.clock.now();
  return new MergedLogs(cluster, selection, isOver ? { ...options, follow: false } : options).read();
}

function maxContainers({ areStreamsApart }: MergedOptions): number {
  return areStreamsApart ? maxStreams / 2 : maxStreams;
}

/** `web-1 has 120, web-2 has 80`: the engines with most containers first. */
function countByEngine(selected: readonly KnownContainer[]): string {
  const counts = new Map<string, number>();
  for (const { engineId } of selected) counts.set(engineId, (counts.get(engineId) ?? 0) + 1);
  const sorted = [...counts].sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1));
  return firstFew(
    sorted.map(([engine, count]) => `${engine} has ${count}`),
    maxNamed,
  );
}

type Stream = Exclude<LogLine['stream'], 'satsuma'>;

interface StreamOptions extends MergedOptions {
  /** The container appeared after the reading began. */
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
  #hasReportedMore = false;

  constructor(cluster: Cluster, selection: LogSelection, options: MergedOptions) {
    this.#cluster = cluster;
    this.#selection = selection;
    this.#options = options;
  }

  async *read(): AsyncGenerator<LogLine[]> {
    const gone = new AbortController();
    const { untilMs, follow } = this.#options;
    const signal = AbortSignal.any([gone.signal, this.#options.signal]);
    // Every source adds a listener.
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
    let reading = this.#newcomers().map((each) => this.#streamAll(each, this.#options, signal));
    while (this.#options.follow && !signal.aborted && isAnythingLeft(this.#cluster, this.#selection)) {
      const { count } = changes;
      const more = this.#newcomers().map((each) => this.#streamAll(each, { ...this.#options, isLater: true }, signal));
      // Keeps only promises of active reads.
      if (more.length > 0) reading = [...reading, ...more];
      await changes.next(count, pollMs, signal);
      await pause(pollMs / 10, signal);
    }
    await Promise.all(reading);
  }

  /** Selected containers that are not read yet. */
  #newcomers(): KnownContainer[] {
    const selected = selectContainers(this.#cluster, this.#selection);
    const fresh = selected.filter(({ summary }) => !this.#active.has(summary.id) && !this.#ended.has(summary.id));
    const ids = new Set(selected.map(({ summary }) => summary.id));
    for (const id of this.#ended) if (!ids.has(id)) this.#ended.delete(id);
    const max = maxContainers(this.#options);
    const room = fresh.slice(0, Math.max(0, max - this.#active.size));
    if (room.length < fresh.length && !this.#hasReportedMore) {
      this.#hasReportedMore = true;
      const [first] = fresh.slice(room.length);
      if (first) this.#say(first, `not read: ${max} containers are read at a time`);
    }
    for (const { summary } of room) this.#active.add(summary.id);
    return room;
  }

  async #streamAll(known: KnownContainer, options: StreamOptions, signal: AbortSignal): Promise<void> {
    const { stdout, stderr, areStreamsApart } = options;
    const both = areStreamsApart ? (['stdout', 'stderr'] as const) : (['stdout'] as const);
    const selected = both.filter((stream) => !areStreamsApart || { stdout, stderr }[stream]);
    await Promise.all(selected.map((stream) => this.#streamLog(known, stream, options, signal)));
    this.#active.delete(known.summary.id);
    this.#ended.add(known.summary.id);
  }

  /**
   * Reads one container's log of one stream, or of both; with `follow`, as long as the container exists. Never throws.
   */
  async #streamLog(known: KnownContainer, stream: Stream, options: StreamOptions, signal: AbortSignal): Promise<void> {
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
        // Uses the engine's own clock, which also dates its log lines.
        if (last !== '') asked = { ...asked, tail: 'all', since: secondsOf(last) };
        else if (isNewOnly && tail !== 'all')
          asked = { ...asked, tail: 'all', since: since ?? (await this.#begunAt(known.engineId)) };
        const { bytes: logs } = await readUnlessLost(this.#cluster, known.engineId, signal, async (until) => ({
          bytes: await pool.client(cache.engine(known.engineId).value).openLogs(id, asked, until),
        }));
        complaint = '';
        isNewOnly = true;
        source.wait(follow ? silentMs : patientMs);
        const lines = new TimedLines(last, maxLineBytes);
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
        isCrowded = !follow && isSatsumaError(error, 'too_many_readers') && ++crowdedTries <= maxCrowdedTries;
        // Reports each reason once, not with every retry.
        if (message !== complaint && !isCrowded) this.#say(known, message);
        complaint = message;
      }
      if ((follow || isCrowded) && !signal.aborted) await pause(againMs, signal);
      // It may be started again.
      while (follow && !signal.aborted && isAtRest()) await pause(againMs, signal);
    } while ((follow || isCrowded) && !signal.aborted && isThere());
    source.end();
  }

  /** The start of the reading, by the engine's clock: of later containers only newer lines are read. */
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

  /** Adds a message of Satsuma itself about a container. */
  #say({ engineId, summary }: KnownContainer, line: string): void {
    const source = this.#merger.add(0);
    const of = { engine: engineId, container: summary.name, id: summary.id };
    void source.offer([{ at: '', value: { at: '', ...of, stream: 'satsuma', line } }]).finally(() => source.end());
  }
}

function abortAt(controller: AbortController, atMs: number): void {
  const leftMs = Math.min(maxTimerMs, Math.max(0, atMs - Date.now()));
  const timer = setTimeout(() => (Date.now() < atMs ? abortAt(controller, atMs) : controller.abort()), leftMs);
  controller.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
}

/** In the format of Docker's `since`. */
function secondsOf(at: string): string {
  const [, fraction = '0'] = /\.(\d+)Z$/.exec(at) ?? [];
  return `${Math.floor(Date.parse(at) / 1000)}.${fraction}`;
}
