import type { Cluster } from './cluster.ts';
import { observeEngine } from './observe-engine.ts';
import { pause } from './pause.ts';

/** Between two looks for leases that ran out. */
const expiryCheckMs = 1_000;

/** The loops that keep the ledger and the engines' conditions true: a look at each engine in turn, sooner where a lease ran out. */
export class Observer {
  readonly #cluster: Cluster;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Map<string, Promise<void>>();
  #loops: Promise<unknown> | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  start(): void {
    const { observeIntervalMs } = this.#cluster.settings;
    this.#loops = Promise.all([
      this.#repeat(observeIntervalMs, () => this.#observeAll()),
      this.#repeat(Math.min(expiryCheckMs, observeIntervalMs), () => this.#lookIntoExpired()),
    ]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loops;
    await Promise.all(this.#inFlight.values());
  }

  async #repeat(intervalMs: number, look: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await look().catch((error: unknown) => this.#cluster.logger.warn({ err: error }, 'look failed'));
      await pause(intervalMs, signal);
    }
  }

  /** Does not wait: an engine that hangs delays nobody else's turn. */
  async #observeAll(): Promise<void> {
    for (const { id } of this.#cluster.mirror.snapshots()) void this.#observe(id);
    await this.#sweep();
  }

  async #lookIntoExpired(): Promise<void> {
    const { store, mirror } = this.#cluster;
    const expired = new Set(await store.expired());
    if (expired.size === 0) return;
    const engines = new Set(mirror.reservations().flatMap(({ id, engineId }) => (expired.has(id) ? [engineId] : [])));
    await Promise.all([...engines].filter((id) => mirror.hasEngine(id)).map((id) => this.#observe(id)));
  }

  /** One look at an engine at a time. */
  async #observe(engineId: string): Promise<void> {
    const running = this.#inFlight.get(engineId);
    if (running) return running;
    const look = observeEngine(this.#cluster, engineId)
      .catch((error: unknown) => this.#cluster.logger.warn({ err: error, engineId }, 'engine not observed'))
      .finally(() => this.#inFlight.delete(engineId));
    this.#inFlight.set(engineId, look);
    return look;
  }

  /** Gives back what was held on engines that are no longer registered. */
  async #sweep(): Promise<void> {
    const { store, mirror } = this.#cluster;
    const orphans = mirror.reservations().filter(({ engineId }) => !mirror.hasEngine(engineId));
    for (const { id } of orphans) await store.release(id);
  }
}
