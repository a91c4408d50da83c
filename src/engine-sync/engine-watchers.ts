import { pause } from '../runtime/pause.ts';
import { Semaphore } from '../runtime/semaphore.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence } from '../store/store.ts';
import type { ContainerPublisher, Follower } from './container-publisher.ts';
import { EngineWatcher } from './engine-watcher.ts';

/** The interval of the check for new engines and expired leases. */
const intervalMs = 1_000;
/** The number of engines that are resynced or connected at the same time. */
const parallelResyncs = 32;

interface Watched {
  readonly watcher: EngineWatcher;
  readonly addr: string;
  readonly fence: Fence;
}

/** Runs a watcher for each engine assigned to this server, as engines and servers come and go. */
export class EngineWatchers {
  readonly #cluster: Cluster;
  readonly #shards: Follower;
  readonly #publisher: Pick<ContainerPublisher, 'publishSoon'>;
  readonly #watched = new Map<string, Watched>();
  readonly #semaphores = { well: new Semaphore(parallelResyncs), unwell: new Semaphore(parallelResyncs) };
  readonly #stopping = new AbortController();
  #loads: number;
  #loop: Promise<void> | undefined;

  constructor(cluster: Cluster, shards: Follower, publisher: Pick<ContainerPublisher, 'publishSoon'>) {
    this.#cluster = cluster;
    this.#shards = shards;
    this.#publisher = publisher;
    this.#loads = cluster.cache.loads;
  }

  start(): void {
    this.#loop = this.#repeat();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await Promise.all([...this.#watched.values()].map(({ watcher }) => watcher.stop()));
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#startAndStop();
      this.#resyncAfterLoss();
      await this.#resyncExpired().catch((error: unknown) =>
        this.#cluster.logger.warn({ err: error }, 'expired leases not checked'),
      );
      await pause(Math.min(intervalMs, this.#cluster.settings.observeIntervalMs), signal);
    }
  }

  #startAndStop(): void {
    const { cache } = this.#cluster;
    const mine = new Map(
      cache.engines().flatMap(({ id, addr }) => {
        const fence = this.#shards.fence(id);
        return fence ? [[id, { addr, fence }]] : [];
      }),
    );
    for (const [id, { watcher, addr, fence }] of this.#watched) {
      const now = mine.get(id);
      // Another token: the lease was lost in between, and another server may have followed the engine.
      if (now?.addr === addr && now.fence.token === fence.token) continue;
      this.#watched.delete(id);
      void watcher.stop();
    }
    for (const [id, { addr, fence }] of mine) {
      if (this.#watched.has(id)) continue;
      const watcher = new EngineWatcher(this.#cluster, id, { semaphores: this.#semaphores, fence });
      this.#watched.set(id, { watcher, addr, fence });
      watcher.start();
      // This server may have seen changes that the previous one did not publish; no resync finds them again.
      this.#publisher.publishSoon();
    }
  }

  /** If the store may have lost its last writes, running containers must not be missing from the ledger for long. */
  #resyncAfterLoss(): void {
    const { loads } = this.#cluster.cache;
    if (loads === this.#loads) return;
    this.#loads = loads;
    for (const { watcher } of this.#watched.values()) void watcher.resync();
  }

  /** Handles expired leases on this server's engines, and, on any server, records of removed engines. */
  async #resyncExpired(): Promise<void> {
    const { store, cache } = this.#cluster;
    const expired = new Set(await store.expired());
    // By engine, because each has about twenty records, and this runs every second.
    for (const engineId of cache.reservedEngineIds().filter((id) => !cache.hasEngine(id))) {
      for (const { id } of cache.reservations(engineId)) await store.release(id);
    }
    if (expired.size === 0) return;
    const engines = new Set(cache.reservations().flatMap(({ id, engineId }) => (expired.has(id) ? [engineId] : [])));
    for (const id of engines) void this.#watched.get(id)?.watcher.resync();
  }
}
