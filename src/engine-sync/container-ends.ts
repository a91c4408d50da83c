import type { EngineEvent } from '../engines/engine-client.ts';
import type { ContainerEnd } from '../model/container-end.ts';
import { containerFactId } from '../model/container-fact.ts';
import { projectOf } from '../model/image-config.ts';
import { timestamp } from '../state/clock.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Fence } from '../store/store.ts';

/** A container that exists for longer is seen by a list of its engine. */
const shortMs = 3_000;
/** Running containers whose start event was received. */
const maxRunning = 5_000;
/** For an engine that starts more of them per second, the rest is not published. */
const maxAtOnce = 10;
const betweenMs = 100;
/** By then, every list of the engine that may contain the container is stored. */
const keptMs = 20_000;

interface Started {
  readonly startedAt: string;
  readonly startedMs: number;
}

interface Dead {
  readonly end: ContainerEnd;
  readonly diedMs: number;
}

/**
 * Records containers that ended soon after their start, or were removed as soon as they ended, from the events of their
 * engine, so that event clients learn how they ended. The records are short-lived.
 */
export class ContainerEnds {
  readonly #cluster: Pick<Cluster, 'store' | 'clock' | 'cache' | 'logger'>;
  readonly #engineId: string;
  readonly #fence: Fence | undefined;
  readonly #running = new Map<string, Started>();
  readonly #dead = new Map<string, Dead>();
  readonly #queued = new Map<string, ContainerEnd>();
  readonly #written = new Map<string, number>();
  #isWriting = false;
  #dropped = 0;
  /** Ignores earlier events, by the engine's clock: a new event stream starts with past events. */
  #fromMs = Number.POSITIVE_INFINITY;

  constructor(cluster: Pick<Cluster, 'store' | 'clock' | 'cache' | 'logger'>, engineId: string, fence?: Fence) {
    this.#cluster = cluster;
    this.#engineId = engineId;
    this.#fence = fence;
  }

  /** Sets the start time, by the engine's clock; only the first call counts. */
  listenFrom(ms: number): void {
    this.#fromMs = Math.min(this.#fromMs, ms);
  }

  /** Stored records remain until they expire. */
  stop(): void {
    this.#queued.clear();
    this.#written.clear();
  }

  take({ action, id, at, reservationId, name = '', image = '', exitCode }: EngineEvent): void {
    if (Number(at) * 1_000 < this.#fromMs) return;
    const now = this.#cluster.clock.steadyMs();
    const seenAt = timestamp(this.#cluster.clock);
    if (action === 'start') {
      this.#running.set(id, { startedAt: seenAt, startedMs: now });
      trim(this.#running);
    } else if (action === 'die') {
      const started = this.#running.get(id);
      this.#running.delete(id);
      const how = { ...(started && { startedAt: started.startedAt }), ...(exitCode !== undefined && { exitCode }) };
      const ours = reservationId === undefined ? undefined : this.#cluster.cache.record(reservationId)?.value;
      const whose = ours && { project: projectOf(ours.image) };
      const end = { engineId: this.#engineId, containerId: id, name, image, ...whose, ...how, diedAt: seenAt };
      this.#dead.set(id, { end, diedMs: now });
      trim(this.#dead);
      if (started && now - started.startedMs <= shortMs && !this.#isOurs(reservationId)) this.#put(end);
    } else if (action === 'destroy') {
      const dead = this.#dead.get(id);
      this.#dead.delete(id);
      const factId = containerFactId(this.#engineId, id);
      const isReported = this.#written.has(factId) || this.#queued.has(factId);
      if (!dead || (now - dead.diedMs > shortMs && !isReported)) return;
      this.#put({ ...dead.end, destroyedAt: seenAt });
    }
  }

  /** The ends of Satsuma's own containers are in their records, unless Docker removes them automatically. */
  #isOurs(reservationId: string | undefined): boolean {
    if (reservationId === undefined) return false;
    return this.#cluster.cache.record(reservationId)?.value.image.auto_remove !== true;
  }

  #put(end: ContainerEnd): void {
    const id = containerFactId(this.#engineId, end.containerId);
    if (this.#queued.size >= maxAtOnce && !this.#queued.has(id)) this.#dropped += 1;
    else this.#queued.set(id, end);
    if (!this.#isWriting) void this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#queued.size > 0 || this.#written.size > 0) {
        await this.#write();
        await new Promise((resolve) => setTimeout(resolve, betweenMs).unref());
      }
    } finally {
      this.#isWriting = false;
    }
  }

  async #write(): Promise<void> {
    const { store, clock, logger } = this.#cluster;
    const now = clock.steadyMs();
    const put = [...this.#queued].map(([id, value]) => ({ kind: 'container-end', id, value }) as const);
    this.#queued.clear();
    const old = [...this.#written].filter(([, since]) => now > since + keptMs).map(([id]) => id);
    if (put.length + old.length === 0) return;
    const changes = [...put, ...old.map((id) => ({ kind: 'container-end', id }) as const)];
    for (const id of old) this.#written.delete(id);
    for (const { id } of put) this.#written.set(id, now);
    try {
      await store.write(changes, { lease: this.#fence });
      if (this.#dropped > 0)
        logger.debug({ engineId: this.#engineId, dropped: this.#dropped }, 'container ends not published');
      this.#dropped = 0;
    } catch (error) {
      // Their events are lost. Leftover records are removed later; see forgetOldPulls.
      logger.debug({ err: error, engineId: this.#engineId }, 'ends of containers not recorded');
    }
  }
}

function trim(map: Map<string, unknown>): void {
  for (const id of map.keys()) {
    if (map.size <= maxRunning) return;
    map.delete(id);
  }
}
