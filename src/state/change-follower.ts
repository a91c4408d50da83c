import type { Logger } from '../logging/logger.ts';
import { isSatsumaError } from '../model/errors.ts';
import { pause } from '../runtime/pause.ts';
import type { Position, Store } from '../store/store.ts';
import type { FeedChange } from './kind-table.ts';

/** Receives every change, and reloads when needed. */
interface ChangeReader {
  /** `isContinued`: it is the same store as before, without lost writes as far as its position shows. */
  load(isContinued: boolean): Promise<void>;
  apply(change: FeedChange): void;
}

const minBackoffMs = 100;
const maxBackoffMs = 2_000;
/** A feed without progress after this many checks, this long apart, is abandoned, and everything is reloaded. */
const stallLooks = 5;
const stallLookMs = 100;
/** If the feed lags for longer, everything is reloaded. */
const maxCatchUpMs = 10_000;

/** Follows the store's feed across reconnects, and tracks its position. */
export class ChangeFollower {
  readonly #store: Store;
  readonly #reader: ChangeReader;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  readonly #waiting = new Set<{ readonly version: number; readonly resolve: () => void }>();
  #position: Position = { epoch: '', version: 0 };
  /** Abort it to restart the feed at the current position. */
  #reading = new AbortController();
  #loading: Promise<void> | undefined;
  #following: Promise<void> | undefined;

  constructor(store: Store, reader: ChangeReader, logger: Logger) {
    this.#store = store;
    this.#reader = reader;
    this.#logger = logger;
  }

  /** Resolves when everything is loaded; then follows the feed. */
  async start(): Promise<void> {
    await this.#load();
    this.#following = this.#follow();
  }

  /** The version up to which all changes were applied. */
  get version(): number {
    return this.#position.version;
  }

  /** The epoch of the loaded store; '' while it is empty. */
  get epoch(): string {
    return this.#position.epoch;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#following;
  }

  /** Resolves when everything currently in the store was applied. Throws `store_unavailable`. */
  async catchUp(): Promise<void> {
    const seen = this.version;
    const { epoch, version } = await this.#store.position();
    // The store was emptied, or lost its last writes: the feed does not connect to the known state.
    if (epoch !== this.epoch || version < seen) await this.#load();
    // A load that was already running may have read the previous store.
    if (epoch !== this.epoch) await this.#load();
    if (this.version >= version || (await this.#comesTo(version))) return;
    // A version that was allocated but never written, or a silent feed.
    await this.#load();
  }

  /**
   * Whether the feed reaches the version. A feed with progress is waited for: a reload takes longer and adds load.
   * Delayed checks, because this process was busy, count once.
   */
  #comesTo(version: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = performance.now() + maxCatchUpMs;
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

  /** Reloads everything, once for concurrent callers; the feed restarts from there. */
  #load(): Promise<void> {
    this.#loading ??= this.#loadNow().finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  async #loadNow(): Promise<void> {
    const position = await this.#store.position();
    await this.#reader.load(position.epoch === this.epoch && position.version >= this.version);
    // The position can go back: a wiped store, or one that lost writes, counts from an earlier version.
    this.#position = position;
    this.#reading.abort();
    this.#wakeWaiting();
  }

  async #follow(): Promise<void> {
    let backoffMs = minBackoffMs;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#reading = new AbortController();
      const reading = AbortSignal.any([signal, this.#reading.signal]);
      try {
        for await (const change of this.#store.follow(this.version, reading, this.epoch)) {
          // Everything was reloaded: the feed restarts from there.
          if (reading.aborted) break;
          if (change.kind === 'reset') await this.#load();
          else this.#apply(change);
          backoffMs = minBackoffMs;
        }
      } catch (error) {
        if (!isSatsumaError(error, 'store_unavailable')) throw error;
        this.#logger.warn({ err: error }, 'change feed lost, trying again');
        // A store that recovers may have lost its last writes and reused their versions: only its content shows that. So it is read before it is followed again.
        do {
          await pause(backoffMs, signal);
          backoffMs = Math.min(2 * backoffMs, maxBackoffMs);
        } while (!signal.aborted && !(await this.#isLoaded()));
      }
    }
  }

  /** False: the store is away. */
  async #isLoaded(): Promise<boolean> {
    try {
      await this.#load();
      return true;
    } catch (error) {
      if (!isSatsumaError(error, 'store_unavailable')) throw error;
      return false;
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
