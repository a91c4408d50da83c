import type { EngineRecord } from '../../../model/engine.ts';
import { Semaphore } from '../../../runtime/semaphore.ts';
import type { Cluster } from '../../../state/cluster.ts';
import type { ImageArchive } from '../../archives/image-archive.ts';
import { readArchive } from '../../archives/read-archive.ts';
import { sendArchive } from '../../archives/send-archive.ts';
import { Spool } from '../../archives/spool.ts';
import { unlessLost } from '../../engine-loss.ts';

/** The number of engines that are sent to at the same time; each reads the archive from disk. */
const atOnce = 16;

export interface FeedSource {
  /** Those that ask for the same one use one feed. */
  readonly id: string;
  /** The engine that has the image, or pulls it. */
  readonly engine: string;
  readonly image: string;
  /** Of an image that comes from nowhere else: reading it waits until this server may have another archive on its disk. */
  readonly isOnlySource?: boolean;
}

/** An image of one engine for the others of this server that want it: it is read once. */
export class ImageFeed {
  readonly #cluster: Cluster;
  readonly #source: FeedSource;
  readonly #over = new AbortController();
  readonly #semaphore = new Semaphore(atOnce);
  readonly #sent = new Map<string, Promise<unknown>>();
  #end: Promise<string | undefined> | undefined;
  #archive: Promise<ImageArchive> | undefined;

  constructor(cluster: Cluster, source: FeedSource) {
    this.#cluster = cluster;
    this.#source = source;
  }

  /** The image id, for which `wait` waits once for all waiters. Throws its errors, and the error if the engine is lost. */
  async pulled(
    wait: (signal: AbortSignal) => Promise<string | undefined>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    signal.throwIfAborted();
    this.#end ??= this.#unlessLost(wait);
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

  /** Runs `work` while the sending engine is up and there are waiters. */
  #unlessLost<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return unlessLost(this.#cluster, this.#source.engine, this.#over.signal, work);
  }

  async #read(signal: AbortSignal): Promise<ImageArchive> {
    const { engine, image, isOnlySource } = this.#source;
    const { pool, cache } = this.#cluster;
    const client = pool.client(cache.engine(engine).value);
    // Before the engine begins to collect the image.
    const spool = await Spool.open(isOnlySource ? { turn: signal } : {});
    const archive = await client.openImageArchive(image, signal).catch(async (error: unknown) => {
      await spool.close();
      throw error;
    });
    return await readArchive(archive, signal, spool);
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
