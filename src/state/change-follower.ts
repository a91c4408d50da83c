import type { Logger } from '../logging/logger.ts';
import { isSatsumaError } from '../model/errors.ts';
import { pause } from '../runtime/pause.ts';
import type { Position, Store } from '../store/store.ts';
import type { FeedChange } from './kind-table.ts';

/** Who is told of every change, and when to read everything anew. */
export interface ChangeReader {
  /** `isContinued`: of the store that was read before, which lost nothing since, as far as its position tells. */
  load(isContinued: boolean): Promise<void>;
  apply(change: FeedChange): void;
}

const shortestBackoffMs = 100;
const longestBackoffMs = 2_000;
/** A feed that told nothing so many times in a row, this long apart, is given up, and everything is read anew. */
const stallLooks = 5;
const stallLookMs = 100;
/** A feed that is so far behind is overtaken by reading everything anew. */
const longestCatchUpMs = 10_000;

/** Follows the store's feed, over lost connections, and tells how far it came. */
export class ChangeFollower {
  readonly #store: Store;
  readonly #reader: ChangeReader;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<{ readonly version: number; readonly resolve: () => void }>();
  #position: Position = { epoch: '', version: 0 };
  /** Aborted to make the feed begin anew at the position that was reached. */
  #reading = new AbortController();
  #loading: Promise<void> | undefined;
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
    return this.#position.version;
  }

  /** Which store it was read from; '' while it is empty. */
  get epoch(): string {
    return this.#position.epoch;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#following;
  }

  /** Resolves when everything that the store holds now was told. Throws `store_unavailable`. */
  async catchUp(): Promise<void> {
    const seen = this.version;
    const { epoch, version } = await this.#store.position();
    // It was emptied, or lost its last writes: what the feed tells next has nothing to do with what is known.
    if (epoch !== this.epoch || version < seen) await this.#load();
    // What was under way already may have begun with the store as it was before.
    if (epoch !== this.epoch) await this.#load();
    if (this.version >= version || (await this.#comesTo(version))) return;
    // A version that was counted and never written, or a feed that tells nothing.
    await this.#load();
  }

  /**
   * Whether the feed comes to that version. One that goes on telling is waited for: reading everything anew takes longer,
   * and a server that is busy would be busier. Looks that come late, because this process was busy, count once.
   */
  #comesTo(version: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = performance.now() + longestCatchUpMs;
      let [reached, looks] = [this.version, 0];
      const settle = (isReached: boolean) => {
        clearInterval(timer);
        this.#waiting.delete(waiting);
        resolve(isReached);
      };
      const timer = setInterval(() => {
        looks = this.version === reached ? looks + 1 : 0;
        reached = this.version;
        if (looks >= stallLooks || performance.now() > end) settle(false);
      }, stallLookMs);
      const waiting = { version, resolve: () => settle(true) };
      this.#waiting.add(waiting);
    });
  }

  /** Reads everything anew, once for all who ask meanwhile; the feed begins anew from there. */
  #load(): Promise<void> {
    this.#loading ??= this.#loadNow().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loadNow(): Promise<void> {
    const position = await this.#store.position();
    await this.#reader.load(position.epoch === this.epoch && position.version >= this.version);
    // Not only ever forward: a store that was wiped, or lost its last writes, counts from an earlier version.
    this.#position = position;
    this.#reading.abort();
    this.#wakeWaiting();
  }

  async #follow(): Promise<void> {
    let backoffMs = shortestBackoffMs;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#reading = new AbortController();
      const reading = AbortSignal.any([signal, this.#reading.signal]);
      try {
        for await (const change of this.#store.follow(this.version, reading, this.epoch)) {
          // Everything was read anew since: the feed begins anew from there.
          if (reading.aborted) break;
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

  #apply(change: FeedChange): void {
    this.#reader.apply(change);
    this.#position = { ...this.#position, version: change.version };
    this.#wakeWaiting();
  }

  #wakeWaiting(): void {
    for (const waiting of [...this.#waiting]) if (waiting.version <= this.version) waiting.resolve();
  }
}

function unlessAway(error: unknown): void {
  if (!isSatsumaError(error, 'store_unavailable')) throw error;
}
