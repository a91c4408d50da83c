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
/** Engines that are written to at the same time; each reads the archive from the disk by itself. */
const atOnce = 16;

interface FeedOptions {
  readonly key: string;
  readonly share: ImageShare;
  readonly image: string;
}

/** One shared pull as the engines of this server wait for it: its end is looked for once, and its image is read once. */
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

  /** The id of the image, once the pull is done; undefined: it failed, or does not go on. Throws `store_unavailable`, and what the engine that pulls was lost with. */
  async end(signal: AbortSignal): Promise<string | undefined> {
    signal.throwIfAborted();
    this.#end ??= this.#unlessLost((until) => this.#wait(until));
    return await unlessAborted(this.#end, signal);
  }

  /**
   * Gives the engine what it lacks of the image, once for all that wait for that engine: whoever goes away takes it from none of them.
   * Throws what either engine failed with, `disk_full`, `too_many_readers`.
   */
  async send(engine: EngineRecord, signal: AbortSignal, onSent: (bytes: number) => void): Promise<void> {
    signal.throwIfAborted();
    const sending = this.#sent.get(engine.id) ?? this.#semaphore.run(() => this.#sendTo(engine, onSent));
    this.#sent.set(engine.id, sending);
    await unlessAborted(sending, signal);
  }

  /** Nobody waits for it any more. */
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

  /** Does `work` while the engine that pulls answers, and somebody waits. */
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

/** What others wait for as well, for as long as this one does. */
function unlessAborted<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
