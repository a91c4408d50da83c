import type { EngineRecord } from '../../../model/engine.ts';
import type { ImageShare } from '../../../model/image-share.ts';
import { pause } from '../../../runtime/pause.ts';
import { Semaphore } from '../../../runtime/semaphore.ts';
import type { Cluster } from '../../../state/cluster.ts';
import type { ImageArchive } from '../../archives/image-archive.ts';
import { readArchive } from '../../archives/read-archive.ts';
import { sendArchive } from '../../archives/send-archive.ts';
import { unlessLost } from '../../engine-loss.ts';
import { isOpen } from './lead-pull.ts';

const pollMs = 250;
/** The number of engines that are sent to at the same time; each reads the archive from disk. */
const atOnce = 16;

interface FeedOptions {
  readonly key: string;
  readonly share: ImageShare;
  readonly image: string;
}

/** One shared pull for the waiting engines of this server: its end is awaited once, and its image is read once. */
export class ImageFeed {
  readonly #cluster: Cluster;
  readonly #options: FeedOptions;
  readonly #over = new AbortController();
  readonly #semaphore = new Semaphore(atOnce);
  readonly #sent = new Map<string, Promise<unknown>>();
  #end: Promise<string | undefined> | undefined;
  #archive: Promise<ImageArchive> | undefined;

  constructor(cluster: Cluster, options: FeedOptions) {
    this.#cluster = cluster;
    this.#options = options;
  }

  /**
   * The image id after a successful pull; undefined: the pull failed or is stalled. Throws `store_unavailable`, and the
   * error if the pulling engine is lost.
   */
  async end(signal: AbortSignal): Promise<string | undefined> {
    signal.throwIfAborted();
    this.#end ??= this.#unlessLost((until) => this.#wait(until));
    return await unlessAborted(this.#end, signal);
  }

  /**
   * Sends the missing parts of the image to the engine, once for all waiters; a waiter that aborts does not affect the
   * others. Throws the error of either engine, `disk_full`, `too_many_readers`.
   */
  async send(engine: EngineRecord, signal: AbortSignal, onSent: (bytes: number) => void): Promise<void> {
    signal.throwIfAborted();
    const sending = this.#sent.get(engine.id) ?? this.#semaphore.run(() => this.#sendTo(engine, onSent));
    this.#sent.set(engine.id, sending);
    await unlessAborted(sending, signal);
  }

  /** No waiters are left. */
  async close(): Promise<void> {
    this.#over.abort();
    await Promise.allSettled(this.#sent.values());
    await (await this.#archive?.catch(() => undefined))?.close();
  }

  async #sendTo(engine: EngineRecord, onSent: (bytes: number) => void): Promise<void> {
    this.#archive ??= this.#unlessLost((until) => this.#read(until));
    const archive = await this.#archive;
    await unlessLost(this.#cluster, engine.id, this.#over.signal, (until) =>
      sendArchive(this.#cluster.pool.client(engine), archive, { signal: until, onSent }),
    );
  }

  /** Runs `work` while the pulling engine is up and there are waiters. */
  #unlessLost<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return unlessLost(this.#cluster, this.#options.share.engine, this.#over.signal, work);
  }

  async #read(signal: AbortSignal): Promise<ImageArchive> {
    const { share, image } = this.#options;
    const { pool, cache } = this.#cluster;
    const client = pool.client(cache.engine(share.engine).value);
    return await readArchive(await client.openImageArchive(image, signal), signal);
  }

  async #wait(signal: AbortSignal): Promise<string | undefined> {
    const { key, share } = this.#options;
    const { store, clock } = this.#cluster;
    for (;;) {
      signal.throwIfAborted();
      const now = (await store.read('image-share', key))?.value;
      if (now?.id !== share.id) return now?.previous?.id === share.id ? now.previous.imageId : undefined;
      if (!isOpen(now, clock.now())) return now.imageId;
      await pause(pollMs, signal);
    }
  }
}

/** Waits for a shared promise until this waiter's signal aborts. */
function unlessAborted<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
