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
import { ContainerEnds } from './container-ends.ts';
import { EndedContainers } from './ended-containers.ts';
import { RestInspector } from './inspect-rest.ts';
import { MissedEvents } from './missed-events.ts';
import { QuestionSchedule } from './question-schedule.ts';
import { leftOverAfterMs } from './reconcile.ts';
import { mostRefreshed, refreshContainers, refreshImages } from './refresh-containers.ts';
import { resyncEngine } from './resync-engine.ts';
import { VolumeKeeper } from './volume-keeper.ts';

/** Events come in bursts: the containers that they are about are asked for once, this long after the first. */
const gatherMs = 150;
/** What this cluster did itself is known already, but for the engine's own words of it. */
const ownGatherMs = 1_000;
const shortestBackoffMs = 100;
/** A connection that lasted as long was a good one; one that breaks off sooner is made anew later and later. */
const steadyMs = 10_000;
/** Every so many pings the engine is resynced in full, in case an event was lost: once in five minutes. */
const pingsPerResync = 30;
/**
 * As far back as an engine remembers: dockerd keeps its last 256 events. What ended just before anybody listened may be
 * listed as running still, and nothing tells of it afterwards; see ended-containers.ts.
 */
const fromTheFirst = '0';
/** A ping that takes as long is a reason for a resync. */
const silentMs = 2_000;

/**
 * What all watchers of a server do at the same time is bounded: a thousand TLS handshakes at once take longer than the
 * deadline of each, and every engine would seem to be down. Engines that are not well wait for each other alone.
 */
export interface WatcherSemaphores {
  readonly well: Semaphore;
  readonly unwell: Semaphore;
}

export interface WatcherOptions {
  readonly semaphores: WatcherSemaphores;
  /** The lease by which the engine is followed; it is watched anew, by another watcher, with another one. */
  readonly fence?: Fence | undefined;
}

/**
 * Follows one engine: its events, each of which costs a question about its container alone, and a ping at intervals. The
 * whole engine is resynced after each new connection, every five minutes, and when something is not as it should be.
 */
export class EngineWatcher {
  readonly #cluster: Cluster;
  readonly #engineId: string;
  readonly #semaphores: WatcherSemaphores;
  readonly #fence: Fence | undefined;
  readonly #stopping = new AbortController();
  #resyncing: Promise<void> = Promise.resolve();
  /** Reservations whose containers were told to stop and not to start again; a resync may not have come to it yet. */
  readonly #died = new Set<string>();
  readonly #ended = new EndedContainers();
  readonly #missed = new MissedEvents();
  readonly #ends: ContainerEnds;
  #isResyncDue = false;
  readonly #schedule: QuestionSchedule;
  readonly #inspector: RestInspector;
  readonly #volumes: VolumeKeeper;
  /** The next full resync compares what changed with what events told. */
  #isCheck = false;
  /** When a resync for containers that nobody started is due. */
  #leftOverAt = Number.POSITIVE_INFINITY;
  /** Each start of a container with large labels is an event that is too long. */
  readonly #skipped = new HourlyNotice();
  #loops: Promise<unknown> | undefined;

  constructor(cluster: Cluster, engineId: string, { semaphores, fence }: WatcherOptions) {
    this.#cluster = cluster;
    this.#engineId = engineId;
    this.#inspector = new RestInspector(cluster, engineId);
    this.#ends = new ContainerEnds(cluster, engineId, fence);
    this.#semaphores = semaphores;
    this.#fence = fence;
    this.#volumes = new VolumeKeeper(cluster, engineId, {
      fence,
      pause: (ms) => this.#pause(ms),
      isStopped: () => this.#stopping.signal.aborted,
    });
    this.#schedule = new QuestionSchedule({
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

  /** Resyncs as soon as the resync that is under way is over. Calls that come before it begins share it. */
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

  /** Asks about what events told of, or about everything. */
  async #askNow(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const { isWhole, areImagesDue, ids } = this.#schedule.take();
    // An engine that is down, or was never reached, is resynced in full.
    if (isWhole || !this.#isWell()) return await this.#resyncNow();
    try {
      if (areImagesDue) await refreshImages(this.#cluster, this.#engineId, this.#fence);
      for (let at = 0; at < ids.length; at += mostRefreshed) {
        const some = ids.slice(at, at + mostRefreshed);
        if (!(await refreshContainers(this.#cluster, this.#engineId, some))) this.#resyncSoon();
        this.#afterAnswer(some);
      }
      this.#cluster.cache.touched(this.#engineId, this.#fence);
    } catch (error) {
      // Whether that is about the engine, a full resync tells.
      this.#cluster.logger.debug({ err: error, engineId: this.#engineId }, 'containers not asked for');
      await this.#resyncNow();
    }
  }

  /** `ids`: of the containers that were asked for; all, where left out. */
  #afterAnswer(ids?: readonly string[]): void {
    const { containers } = this.#cluster.cache;
    const isAliveStill = (id: string) => {
      const known = containers.get(this.#engineId, id);
      return known !== undefined && isAlive(known.summary);
    };
    const again = this.#ended.nextQuestion(isAliveStill, ids);
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

  /** Listens first and resyncs then, so that nothing falls in between; over a new connection from the last event on. */
  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    const { observeIntervalMs } = this.#cluster.settings;
    let since = fromTheFirst;
    let backoffMs = shortestBackoffMs;
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
        const isFirst = isSatsumaError(error, 'engine_refused') && backoffMs === shortestBackoffMs;
        this.#cluster.logger[isFirst ? 'warn' : 'debug']({ err: error, engineId: this.#engineId }, 'events lost');
      }
      if (signal.aborted) return;
      if (performance.now() - begin > steadyMs) backoffMs = shortestBackoffMs;
      await this.resync();
      // Jitter: the engines of a network that comes back are not all asked in the same moment.
      await pause(backoffMs * (0.5 + Math.random()), signal);
      backoffMs = Math.min(2 * backoffMs, observeIntervalMs);
    }
  }

  /** Where an engine does not say what time it is, which of its events are of the past is unknown: only ends are not published then. */
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
    // The pings and resyncs of all engines are spread over their intervals.
    await pause(observeIntervalMs * Math.random(), signal);
    for (let count = Math.ceil(pingsPerResync * Math.random()); !signal.aborted; count++) {
      await pause(observeIntervalMs, signal);
      if (signal.aborted) return;
      this.#isCheck = this.#isWell() && count % pingsPerResync === 0;
      const answers = this.#isWell() && !this.#isCheck && (await this.#answers());
      if (!answers) await this.resync();
    }
  }

  /** One that keeps silent is resynced over a new connection, before the old one gives up. */
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
    this.#ended.tell(event);
    this.#ends.take(event);
    if (action === 'update') this.#cluster.details.engine(this.#engineId).changed(id);
    this.#schedule.containers(this.#isChange(event) ? gatherMs : ownGatherMs, [id]);
  }

  /** What this cluster did itself is in the records already. */
  #isChange({ action, id, reservationId }: EngineEvent): boolean {
    if (reservationId === undefined) return true;
    const record = this.#cluster.cache.record(reservationId)?.value;
    // A container that others started may have the label of one of ours.
    const isRecorded = record?.engineId === this.#engineId && (record.containerId ?? id) === id;
    if (action === 'die' && isRecorded) this.#died.add(reservationId);
    if (action === 'destroy') this.#died.delete(reservationId);
    const isIdle = () => isKnownStopped(this.#cluster.cache.containers.get(this.#engineId, id));
    if (action === 'start') return !isRecorded || this.#died.delete(reservationId) || isIdle();
    return isRecorded || action !== 'destroy';
  }

  /** A container that nobody started tells nothing: its engine is resynced when nobody can be about to start it any more. */
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

  /** Resyncs in full, because what happened is not known container by container. */
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
