import { setMaxListeners } from 'node:events';
import { findService } from '../../decisions/services/find-service.ts';
import { compareSlots } from '../../decisions/services/replica-view.ts';
import type { LogOptions } from '../../engines/engine-client.ts';
import { isSatsumaError, type SatsumaError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { ReplicaReservation } from '../../state/reservation-index.ts';
import { isEngineWithin, isServiceWithin } from '../../state/scopes.ts';
import { readLogs } from '../containers/read-logs.ts';
import { readEngineClock } from './engine-clock.ts';
import { LineSplitter } from './line-splitter.ts';
import { StreamMerger } from './stream-merger.ts';

/**
 * Longer lines are split, with a plus before each part but the first, so that a long line delays other replicas only
 * briefly and needs little memory.
 */
const maxLineBytes = 8 * 1024;
/** Lines are passed on in batches of about this size. */
const portionBytes = 16 * 1024;
/** Delay before a replica is followed again whose engine failed, or which ended and is restarting. */
const againMs = 1_000;
/** Maximum delay until a new replica is noticed without an event. */
const pollMs = 2_000;

type Options = LogOptions & { readonly signal: AbortSignal };
type ScopedOptions = Options & {
  readonly scope?: Scope | undefined;
  /** Filters errors for the reader. Absent: errors are shown unchanged. */
  readonly shownError?: ((error: SatsumaError) => SatsumaError) | undefined;
};

/**
 * The logs of all replicas of a service, line by line, each with the replica's name: `web.1  | line`. Messages of
 * Satsuma itself have an exclamation mark: `web.2  ! engine b: ...`. Replicas that appear while following are read from
 * their first line. Throws `no_such_service`.
 */
export async function readServiceLogs(
  cluster: Cluster,
  service: string,
  options: ScopedOptions,
): Promise<AsyncIterable<Buffer>> {
  await findService(cluster, service);
  await cluster.cache.catchUp();
  return new ServiceLogs(cluster, service, options).read();
}

class ServiceLogs {
  readonly #cluster: Cluster;
  readonly #service: string;
  readonly #options: Options;
  /** The reader's scope. */
  readonly #scope: Scope | undefined;
  readonly #shownError: (error: SatsumaError) => SatsumaError;
  readonly #merger = new StreamMerger();
  readonly #known = new Set<string>();
  #nameWidth = 0;

  constructor(cluster: Cluster, service: string, { scope, shownError = (error) => error, ...options }: ScopedOptions) {
    this.#scope = scope;
    this.#shownError = shownError;
    this.#cluster = cluster;
    this.#service = service;
    this.#options = options;
  }

  async *read(): AsyncGenerator<Buffer> {
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, this.#options.signal]);
    // Every replica adds a listener.
    setMaxListeners(0, signal);
    const reading = this.#readAll(signal, () => gone.abort()).finally(() => this.#merger.close());
    try {
      yield* this.#merger.read();
    } finally {
      gone.abort();
      await reading;
    }
  }

  /** `leave`: called when the service moves to a project outside the reader's scope. */
  async #readAll(signal: AbortSignal, leave: () => void): Promise<void> {
    const { changes, services } = this.#cluster.cache;
    const reading = this.#newcomers().map((each) => this.#streamLog(each, { ...this.#options, signal }));
    while (this.#options.follow && !signal.aborted && services.get(this.#service)) {
      if (!isServiceWithin(this.#cluster, this.#scope, this.#service)) {
        leave();
        break;
      }
      const { count } = changes;
      for (const each of this.#newcomers()) {
        reading.push(this.#streamLog(each, { ...this.#options, signal, tail: 'all', since: undefined }));
      }
      await changes.next(count, pollMs, signal);
    }
    await Promise.all(reading);
  }

  /** Replicas not seen before, ordered by slot. */
  #newcomers(): ReplicaReservation[] {
    const { cache } = this.#cluster;
    const replicas = cache.replicas(this.#service, cache.services.get(this.#service)?.value.id);
    const found = replicas.filter(
      ({ id, containerId, engineId }) =>
        containerId !== undefined &&
        !this.#known.has(id) &&
        (!this.#scope || isEngineWithin(this.#cluster, this.#scope, engineId)),
    );
    for (const { id, replica } of found) {
      this.#known.add(id);
      this.#nameWidth = Math.max(this.#nameWidth, nameOf(replica).length);
    }
    return found.sort(({ replica: a }, { replica: b }) => compareSlots(a.slot, b.slot) || a.copy - b.copy);
  }

  /** Reads one replica's log; with `follow`, as long as the replica exists. Never throws. */
  async #streamLog({ id, engineId, containerId = '', replica }: ReplicaReservation, first: Options): Promise<void> {
    const { signal, follow } = first;
    let options = first;
    let complaint = '';
    do {
      const begun = performance.now();
      try {
        const engineNow = follow ? await this.#clockOf(engineId) : Date.now;
        const logs = await readLogs(this.#cluster, containerId, options);
        complaint = '';
        // The start of the next read, so that lines written between two reads are not lost.
        const heard = () => ({ ...options, tail: 'all', since: (engineNow() / 1000).toFixed(3) }) as const;
        options = heard();
        await this.#pass(replica.slot, logs, () => {
          options = heard();
        });
      } catch (error) {
        if (signal.aborted || !this.#isThere(id)) return;
        // Reports each reason once, not with every retry.
        const message = isSatsumaError(error) ? this.#shownError(error).message : 'its logs cannot be read';
        if (!isSatsumaError(error)) this.#cluster.logger.error({ err: error, containerId }, 'logs not read');
        if (message !== complaint) {
          await this.#merger.put(Buffer.concat([this.#prefix(replica.slot, '!'), Buffer.from(`${message}\n`)]));
        }
        complaint = message;
      }
      if (!follow || signal.aborted) return;
      await pause(Math.max(0, againMs - (performance.now() - begun)), signal);
      while (this.#isAtRest(id) && !signal.aborted) await pause(againMs, signal);
    } while (this.#isThere(id) && !signal.aborted);
  }

  #clockOf(engineId: string): Promise<() => number> {
    const { cache, pool } = this.#cluster;
    return readEngineClock(pool.client(cache.engine(engineId).value));
  }

  async #pass(slot: string, logs: AsyncIterable<Buffer>, heard: () => void): Promise<void> {
    const cutter = new LineSplitter(maxLineBytes);
    for await (const bytes of logs) {
      heard();
      await this.#passLines(slot, cutter, cutter.push(bytes));
    }
    await this.#passLines(slot, cutter, cutter.end());
  }

  async #passLines(slot: string, splitter: LineSplitter, lines: Iterable<Buffer>): Promise<void> {
    let portion: Buffer[] = [];
    let size = 0;
    let isRest = splitter.isInLine;
    const prefixes = { begin: this.#prefix(slot, '|'), rest: this.#prefix(slot, '+') };
    for (const line of lines) {
      const prefix = isRest ? prefixes.rest : prefixes.begin;
      isRest = splitter.isInLine;
      portion.push(prefix, line);
      size += prefix.length + line.length;
      if (size < portionBytes) continue;
      await this.#merger.put(Buffer.concat(portion));
      portion = [];
      size = 0;
    }
    if (size > 0) await this.#merger.put(Buffer.concat(portion));
  }

  #prefix(slot: string, mark: '|' | '+' | '!'): Buffer {
    const name = nameOf({ service: this.#service, slot }).padEnd(this.#nameWidth);
    return Buffer.from(`${name}  ${mark} `);
  }

  #isThere(id: string): boolean {
    return this.#cluster.cache.record(id) !== undefined;
  }

  #isAtRest(id: string): boolean {
    return this.#cluster.cache.record(id)?.value.isAtRest === true;
  }
}

function nameOf({ service, slot }: { readonly service: string; readonly slot: string }): string {
  return `${service}.${slot}`;
}
