import type { Logger } from '../../logging/logger.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Change, Store } from '../../store/store.ts';
import { pause } from '../pause.ts';

/** Who is told of every change, and when to read everything anew. */
export interface ChangeReader {
  load(): Promise<void>;
  apply(change: Exclude<Change, { kind: 'reset' }>): void;
}

const shortestBackoffMs = 100;
const longestBackoffMs = 2_000;
const catchUpMs = 2_000;

/** Follows the store's feed, over lost connections, and tells how far it came. */
export class ChangeFollower {
  readonly #store: Store;
  readonly #reader: ChangeReader;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<{ readonly version: number; readonly resolve: () => void }>();
  #version = 0;
  /** Aborted to make the feed begin anew at the version that was reached. */
  #reading = new AbortController();
  #following: Promise<void> | undefined;

  constructor(store: Store, reader: ChangeReader, logger: Logger) {
    this.#store = store;
    this.#reader = reader;
    this.#logger = logger;
  }

  /** Resolves when everything is read; follows the feed from there on. */
  async start(): Promise<void> {
    await this.#load();
    this.#following = this.#follow();
  }

  /** How far it came: every change up to this one was told. */
  get version(): number {
    return this.#version;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#following;
  }

  /** Resolves when everything that the store holds now was told. Throws `store_unavailable`. */
  async catchUp(): Promise<void> {
    const seen = this.#version;
    const version = await this.#store.head();
    // It was wiped, or lost its last writes, and the feed waits for versions that are far off.
    if (version < seen) {
      await this.#load();
      this.#reading.abort();
    }
    if (this.#version >= version) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (done: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(waiting);
        done();
      };
      const tooLate = new SatsumaError('store_unavailable', 'the store answers, and sends no changes');
      const timer = setTimeout(() => settle(() => reject(tooLate)), catchUpMs);
      const waiting = { version, resolve: () => settle(resolve) };
      this.#waiting.add(waiting);
    });
  }

  async #load(): Promise<void> {
    const version = await this.#store.head();
    await this.#reader.load();
    // Not only ever forward: a store that was wiped, or lost its last writes, counts from an earlier version.
    this.#version = version;
    this.#tellWaiting();
  }

  async #follow(): Promise<void> {
    let backoffMs = shortestBackoffMs;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#reading = new AbortController();
      const reading = AbortSignal.any([signal, this.#reading.signal]);
      try {
        for await (const change of this.#store.follow(this.#version, reading)) {
          if (change.kind === 'reset') await this.#load();
          else this.#apply(change);
          backoffMs = shortestBackoffMs;
        }
      } catch (error) {
        if (!isSatsumaError(error, 'store_unavailable')) throw error;
        this.#logger.warn({ err: error }, 'change feed lost, trying again');
        await pause(backoffMs, signal);
        backoffMs = Math.min(2 * backoffMs, longestBackoffMs);
        // A store that comes back may have lost what it told us last, and counted on from before that: it shows in
        // nothing but what it holds.
        await this.#load().catch(unlessAway);
      }
    }
  }

  #apply(change: Exclude<Change, { kind: 'reset' }>): void {
    this.#reader.apply(change);
    this.#version = change.version;
    this.#tellWaiting();
  }

  #tellWaiting(): void {
    for (const waiting of [...this.#waiting]) if (waiting.version <= this.#version) waiting.resolve();
  }
}

function unlessAway(error: unknown): void {
  if (!isSatsumaError(error, 'store_unavailable')) throw error;
}
