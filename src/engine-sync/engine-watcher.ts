import type { EngineEvent } from '../engines/engine-client.ts';
import { isSatsumaError } from '../model/errors.ts';
import { isAnonymousVolume } from '../model/volume.ts';
import { HourlyNotice } from '../runtime/hourly-notice.ts';
import { pause } from '../runtime/pause.ts';
import type { Semaphore } from '../runtime/semaphore.ts';
import { withTimeout } from '../runtime/with-timeout.ts';
import type { Cluster } from '../state/cluster.ts';
import { isAlive } from '../state/containers/container-view.ts';
import { isKnownStopped } from '../state/containers/stopped.ts';
import type { Fence } from '../store/store.ts';
import { BackgroundInspector } from './background-inspector.ts';
import { ContainerEnds } from './container-ends.ts';
import { EndedContainers } from './ended-containers.ts';
import { MissedEvents } from './missed-events.ts';
import { QuerySchedule } from './query-schedule.ts';
import { leftOverAfterMs } from './reconcile.ts';
import { maxRefreshed, refreshContainers, refreshImages } from './refresh-containers.ts';
import { resyncEngine } from './resync-engine.ts';
import { VolumeKeeper } from './volume-keeper.ts';

/** Events come in bursts: their containers are queried once, this long after the first event. */
const gatherMs = 150;
/** For changes by this cluster, which are already known except for the engine's own view. */
const ownGatherMs = 1_000;
const minBackoffMs = 100;
/** A connection that lasted this long resets the backoff; shorter ones increase it. */
const steadyMs = 10_000;
/** A full resync every so many pings, in case an event was lost: every five minutes. */
const pingsPerResync = 30;
/**
 * Requests all events that the engine remembers: dockerd keeps the last 256. A container that ended just before the
 * connection may still be listed as running, without a later event; see ended-containers.ts.
 */
const fromTheFirst = '0';
/** A ping that takes this long triggers a resync. */
const silentMs = 2_000;

/**
 * Limits the concurrent work of a server's watchers: a thousand simultaneous TLS handshakes would exceed their
 * deadlines, and every engine would seem to be down. Unhealthy engines have a limit of their own.
 */
interface WatcherSemaphores {
  readonly well: Semaphore;
  readonly unwell: Semaphore;
}

interface WatcherOptions {
  readonly semaphores: WatcherSemaphores;
  /** The lease for following the engine; with a new lease, a new watcher starts. */
  readonly fence?: Fence | undefined;
}

/**
 * Follows one engine by its events, each of which causes a query about its container only, and by periodic pings. The
 * engine is fully resynced after each new connection, every five minutes, and on inconsistencies.
 */
export class EngineWatcher {
  readonly #cluster: Cluster;
  readonly #engineId: string;
  readonly #semaphores: WatcherSemaphores;
  readonly #fence: Fence | undefined;
  readonly #stopping = new AbortController();
  #resyncing: Promise<void> = Promise.resolve();
  /** Reservations whose containers died and were not restarted, by events that no resync has processed yet. */
  readonly #died = new Set<string>();
  readonly #ended = new EndedContainers();
  readonly #missed = new MissedEvents();
  readonly #ends: ContainerEnds;
  #isResyncDue = false;
  readonly #schedule: QuerySchedule;
  readonly #inspector: BackgroundInspector;
  readonly #volumes: VolumeKeeper;
  /** The next full resync compares the changes with the events. */
  #isCheck = false;
  /** When a resync for never-started containers is due. */
  #leftOverAt = Number.POSITIVE_INFINITY;
  /** Each start of a container with large labels is an oversized event. */
  readonly #skipped = new HourlyNotice();
  #loops: Promise<unknown> | undefined;

  constructor(cluster: Cluster, engineId: string, { semaphores, fence }: WatcherOptions) {
    this.#cluster = cluster;
    this.#engineId = engineId;
    this.#inspector = new BackgroundInspector(cluster, engineId);
    this.#ends = new ContainerEnds(cluster, engineId, fence);
    this.#semaphores = semaphores;
    this.#fence = fence;
    this.#volumes = new VolumeKeeper(cluster, engineId, {
      fence,
      pause: (ms) => this.#pause(ms),
      isStopped: () => this.#stopping.signal.aborted,
    });
    this.#schedule = new QuerySchedule({
      ask: () => {
        this.#resyncing = this.#resyncing.then(() => this.#inTurn(() => this.#askNow()));
      },
      pause: (ms) => this.#pause(ms),
      containerCount: () => cluster.cache.records(engineId).length,
    });
  }

  start(): void {
    this.#loops = Promise.all([this.#follow(), this.#ping()]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#ends.stop();
    await this.#loops;
    await this.#resyncing;
  }

  /** Resyncs after the current resync. Calls before it starts share it. */
  resync(): Promise<void> {
    if (this.#isResyncDue) return this.#resyncing;
    this.#isResyncDue = true;
    this.#resyncing = this.#resyncing.then(() => this.#inTurn(() => this.#resyncNow()));
    return this.#resyncing;
  }

  async #resyncNow(): Promise<void> {
    this.#isResyncDue = false;
    if (this.#stopping.signal.aborted) return;
    this.#schedule.clear();
    const isCheck = this.#isCheck;
    this.#isCheck = false;
    const noteChanged = (ids: readonly string[]) => {
      if (isCheck) void this.#countMissed(ids);
    };
    const resyncing = resyncEngine(this.#cluster, this.#engineId, this.#fence, noteChanged);
    const isWhole = await resyncing.catch((error: unknown) => {
      this.#cluster.logger.warn({ err: error, engineId: this.#engineId }, 'engine not resynced');
      return true;
    });
    this.#afterAnswer();
    if (this.#isWell()) this.#volumes.askSoon();
    if (!isWhole) this.#resyncSoon();
  }

  /** Queries the containers of recent events, or everything. */
  async #askNow(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { isWhole, areImagesDue, ids } = this.#schedule.take();
    // An engine that is down or was never reached is fully resynced.
    if (isWhole || !this.#isWell()) return await this.#resyncNow();
    try {
      if (areImagesDue) await refreshImages(this.#cluster, this.#engineId, this.#fence);
      for (let at = 0; at < ids.length; at += maxRefreshed) {
        const some = ids.slice(at, at + maxRefreshed);
        if (!(await refreshContainers(this.#cluster, this.#engineId, some))) this.#resyncSoon();
        this.#afterAnswer(some);
      }
      this.#cluster.cache.touched(this.#engineId, this.#fence);
    } catch (error) {
      // A full resync determines whether the engine is at fault.
      this.#cluster.logger.debug({ err: error, engineId: this.#engineId }, 'containers not refreshed');
      await this.#resyncNow();
    }
  }

  /** `ids`: the queried containers; absent: all. */
  #afterAnswer(ids?: readonly string[]): void {
    const { containers } = this.#cluster.cache;
    const isAliveStill = (id: string) => {
      const known = containers.get(this.#engineId, id);
      return known !== undefined && isAlive(known.summary);
    };
    const again = this.#ended.nextQuery(isAliveStill, ids);
    if (again) void this.#pause(again.afterMs).then(() => this.#schedule.containers(0, again.ids));
    this.#resyncForLeftOver();
    if (this.#cluster.cache.hasEngine(this.#engineId)) this.#inspector.start(this.#client());
  }

  async #countMissed(changed: readonly string[]): Promise<void> {
    const missed = await this.#missed.count(changed, (ms) => this.#pause(ms));
    if (missed === 0 || this.#stopping.signal.aborted) return;
    this.#cluster.logger.warn(
      { engineId: this.#engineId, missed },
      'containers changed without an event; engine resynced',
    );
  }

  /**
   * Subscribes to events before the resync, so that no change is missed; a reconnect continues after the last event.
   */
  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    const { observeIntervalMs } = this.#cluster.settings;
    let since = fromTheFirst;
    let backoffMs = minBackoffMs;
    while (!signal.aborted) {
      const begin = performance.now();
      try {
        if (since === fromTheFirst) await this.#listenForEnds();
        const events = await this.#inTurn(() => this.#client().openEvents(signal, since));
        await this.resync();
        for await (const event of events) {
          if (event.kind !== 'skipped') since = event.at;
          else if (this.#skipped.isDue())
            this.#cluster.logger.warn({ engineId: this.#engineId }, 'event too long, skipped');
          if (event.kind === 'skipped') this.#resyncSoon();
          else this.#take(event);
        }
      } catch (error) {
        if (!isSatsumaError(error)) throw error;
        const isFirst = isSatsumaError(error, 'engine_refused') && backoffMs === minBackoffMs;
        this.#cluster.logger[isFirst ? 'warn' : 'debug']({ err: error, engineId: this.#engineId }, 'events lost');
      }
      if (signal.aborted) return;
      if (performance.now() - begin > steadyMs) backoffMs = minBackoffMs;
      await this.resync();
      // Jitter: the engines of a recovering network are not queried all at once.
      await pause(backoffMs * (0.5 + Math.random()), signal);
      backoffMs = Math.min(2 * backoffMs, observeIntervalMs);
    }
  }

  /** If the engine's time is unknown, past events cannot be told from new ones: ends are then not published. */
  async #listenForEnds(): Promise<void> {
    try {
      this.#ends.listenFrom(await this.#inTurn(() => this.#client().time()));
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      this.#cluster.logger.debug({ err: error, engineId: this.#engineId }, 'time of the engine unknown');
    }
  }

  async #ping(): Promise<void> {
    const { signal } = this.#stopping;
    const { observeIntervalMs } = this.#cluster.settings;
    // Spreads the pings and resyncs of all engines over their intervals.
    await pause(observeIntervalMs * Math.random(), signal);
    for (let count = Math.ceil(pingsPerResync * Math.random()); !signal.aborted; count++) {
      await pause(observeIntervalMs, signal);
      if (signal.aborted) return;
      this.#isCheck = this.#isWell() && count % pingsPerResync === 0;
      const answers = this.#isWell() && !this.#isCheck && (await this.#answers());
      if (!answers) await this.resync();
    }
  }

  /** A silent engine is resynced over a new connection, before the old one times out. */
  async #answers(): Promise<boolean> {
    const answer = this.#client()
      .ping()
      .then(
        () => {
          this.#cluster.cache.touched(this.#engineId, this.#fence);
          return true;
        },
        () => false,
      );
    return (await withTimeout(silentMs, answer)) === true;
  }

  #take(event: EngineEvent): void {
    const { kind, action, id } = event;
    if (kind === 'image') {
      this.#schedule.images(gatherMs);
      return;
    }
    if (kind === 'volume') {
      if (!isAnonymousVolume(id)) this.#volumes.askSoon();
      return;
    }
    this.#missed.note(id);
    this.#ended.note(event);
    this.#ends.take(event);
    if (action === 'update') this.#cluster.details.engine(this.#engineId).changed(id);
    this.#schedule.containers(this.#isChange(event) ? gatherMs : ownGatherMs, [id]);
  }

  /** Changes by this cluster are already recorded. */
  #isChange({ action, id, reservationId }: EngineEvent): boolean {
    if (reservationId === undefined) return true;
    const record = this.#cluster.cache.record(reservationId)?.value;
    // A foreign container may have copied a label of ours.
    const isRecorded = record?.engineId === this.#engineId && (record.containerId ?? id) === id;
    if (action === 'die' && isRecorded) this.#died.add(reservationId);
    if (action === 'destroy') this.#died.delete(reservationId);
    const isIdle = () => isKnownStopped(this.#cluster.cache.containers.get(this.#engineId, id));
    if (action === 'start') return !isRecorded || this.#died.delete(reservationId) || isIdle();
    return isRecorded || action !== 'destroy';
  }

  /**
   * A never-started container emits no events: its engine is resynced when no server can still be about to start it.
   */
  #resyncForLeftOver(): void {
    const { cache, settings } = this.#cluster;
    const now = performance.now();
    let soonest = Number.POSITIVE_INFINITY;
    for (const { unstartedSince } of cache.containers.on(this.#engineId).values()) {
      if (unstartedSince === undefined) continue;
      const at = unstartedSince + leftOverAfterMs(settings);
      if (at > now) soonest = Math.min(soonest, at);
    }
    if (soonest >= this.#leftOverAt) return;
    this.#leftOverAt = soonest;
    void pause(soonest - now, this.#stopping.signal).then(() => {
      this.#leftOverAt = Number.POSITIVE_INFINITY;
      if (!this.#stopping.signal.aborted) this.#resyncSoon();
    });
  }

  /** Resyncs fully, because the affected containers are unknown. */
  #resyncSoon(): void {
    this.#schedule.everything(gatherMs);
  }

  readonly #pause = (ms: number): Promise<void> => pause(ms, this.#stopping.signal);

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#semaphores[this.#isWell() ? 'well' : 'unwell'].run(work);
  }

  #isWell(): boolean {
    const { cache } = this.#cluster;
    return cache.hasEngine(this.#engineId) && cache.engine(this.#engineId).value.condition === 'ok';
  }

  #client() {
    return this.#cluster.pool.client(this.#cluster.cache.engine(this.#engineId).value);
  }
}
