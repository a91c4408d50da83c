import type { EngineEvent } from '../engines/engine-client.ts';
import { isSatsumaError } from '../model/errors.ts';
import type { Gate } from '../runtime/gate.ts';
import { HourlyNotice } from '../runtime/hourly-notice.ts';
import { pause } from '../runtime/pause.ts';
import { within } from '../runtime/within.ts';
import type { Cluster } from '../state/cluster.ts';
import { isKnownStopped } from '../state/containers/at-rest.ts';
import type { Fence } from '../store/store.ts';
import { EndedContainers } from './ended-containers.ts';
import { observeEngine } from './observe-engine.ts';
import { leftOverAfterMs } from './reconcile.ts';

/** Events come in bursts: what they tell is looked at once, this long after the first. */
const gatherMs = 150;
const shortestBackoffMs = 100;
/** Between two looks that events give a reason to: an engine that tells without end is not looked at without end. */
const betweenLooksMs = 500;
/** A look costs by the container. */
const perContainerMs = 0.5;
/** A connection that lasted as long was a good one; one that breaks off sooner is made anew later and later. */
const steadyMs = 10_000;
/** Every so many pings the engine is looked at whole, in case an event was lost: once in five minutes. */
const pingsPerLook = 30;
/**
 * As far back as an engine remembers: dockerd keeps its last 256 events. What ended just before anybody listened may be
 * listed as running still, and nothing tells of it afterwards; see ended-containers.ts.
 */
const fromTheFirst = '0';
/** A ping that takes as long is a reason for a look. */
const silentMs = 2_000;

/**
 * What all watchers of a server do at the same time is bounded: a thousand TLS handshakes at once take longer than the
 * deadline of each, and every engine would seem to be down. Engines that are not well wait for each other alone.
 */
export interface WatcherGates {
  readonly well: Gate;
  readonly unwell: Gate;
}

export interface WatcherOptions {
  readonly gates: WatcherGates;
  /** The lease by which the engine is followed; it is watched anew, by another watcher, with another one. */
  readonly fence?: Fence | undefined;
}

/** Follows one engine: its events, a ping at intervals, and a whole look when either gives a reason to. */
export class EngineWatcher {
  readonly #cluster: Cluster;
  readonly #engineId: string;
  readonly #gates: WatcherGates;
  readonly #fence: Fence | undefined;
  readonly #stopping = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  /** Reservations whose containers were told to stop and not to start again; a look may not have come to it yet. */
  readonly #died = new Set<string>();
  readonly #ended = new EndedContainers();
  #isLookDue = false;
  #isGathering = false;
  #isLookLater = false;
  /** When a look for containers that nobody started is due. */
  #leftOverAt = Number.POSITIVE_INFINITY;
  #lastLook = Number.NEGATIVE_INFINITY;
  /** Each start of a container with large labels is an event that is too long. */
  readonly #skipped = new HourlyNotice();
  #loops: Promise<unknown> | undefined;

  constructor(cluster: Cluster, engineId: string, { gates, fence }: WatcherOptions) {
    this.#cluster = cluster;
    this.#engineId = engineId;
    this.#gates = gates;
    this.#fence = fence;
  }

  start(): void {
    this.#loops = Promise.all([this.#follow(), this.#ping()]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loops;
    await this.#looking;
  }

  /** Looks as soon as the look that is under way is over. Calls that come before it begins share it. */
  look(): Promise<void> {
    if (this.#isLookDue) return this.#looking;
    this.#isLookDue = true;
    this.#looking = this.#looking.then(() => this.#inTurn(() => this.#lookNow()));
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    this.#isLookDue = false;
    if (this.#stopping.signal.aborted) return;
    const isWhole = await observeEngine(this.#cluster, this.#engineId, this.#fence).catch((error: unknown) => {
      this.#cluster.logger.warn({ err: error, engineId: this.#engineId }, 'engine not observed');
      return true;
    });
    const { mirror } = this.#cluster;
    const againMs = this.#ended.nextLookMs((id) => mirror.reservationsOf(id).some(({ isAtRest }) => !isAtRest));
    if (againMs !== undefined) this.#lookLater(againMs);
    this.#lookForLeftOver();
    if (!isWhole) this.#lookSoon();
  }

  /** Listens first and looks then, so that nothing falls in between; over a new connection from the last event on. */
  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    const { observeIntervalMs } = this.#cluster.settings;
    let since = fromTheFirst;
    let backoffMs = shortestBackoffMs;
    while (!signal.aborted) {
      const begin = performance.now();
      try {
        const events = await this.#inTurn(() => this.#client().openEvents(signal, since));
        await this.look();
        for await (const event of events) {
          if (event.kind !== 'skipped') since = event.at;
          else if (this.#skipped.isDue())
            this.#cluster.logger.warn({ engineId: this.#engineId }, 'event too long, skipped');
          if (event.kind === 'container') this.#ended.tell(event);
          if (event.kind === 'container' && event.action === 'update')
            this.#cluster.details.engine(this.#engineId).changed(event.id);
          if (event.kind === 'skipped' || this.#isNews(event)) this.#lookSoon();
        }
      } catch (error) {
        if (!isSatsumaError(error)) throw error;
        const isNews = isSatsumaError(error, 'engine_refused') && backoffMs === shortestBackoffMs;
        this.#cluster.logger[isNews ? 'warn' : 'debug']({ err: error, engineId: this.#engineId }, 'events lost');
      }
      if (signal.aborted) return;
      if (performance.now() - begin > steadyMs) backoffMs = shortestBackoffMs;
      await this.look();
      // Jitter: the engines of a network that comes back are not all asked in the same moment.
      await pause(backoffMs * (0.5 + Math.random()), signal);
      backoffMs = Math.min(2 * backoffMs, observeIntervalMs);
    }
  }

  async #ping(): Promise<void> {
    const { signal } = this.#stopping;
    const { observeIntervalMs } = this.#cluster.settings;
    // The pings and looks of all engines are spread over their intervals.
    await pause(observeIntervalMs * Math.random(), signal);
    for (let count = Math.ceil(pingsPerLook * Math.random()); !signal.aborted; count++) {
      await pause(observeIntervalMs, signal);
      if (signal.aborted) return;
      const answers = this.#isWell() && count % pingsPerLook !== 0 && (await this.#answers());
      if (!answers) await this.look();
    }
  }

  /** One that keeps silent is looked at over a new connection, before the old one gives up. */
  async #answers(): Promise<boolean> {
    const answer = this.#client()
      .ping()
      .then(
        () => {
          this.#cluster.mirror.sighted(this.#engineId, this.#fence);
          return true;
        },
        () => false,
      );
    return (await within(silentMs, answer)) === true;
  }

  /** What this cluster did itself is in the records already. */
  #isNews({ kind, action, id, reservationId }: EngineEvent): boolean {
    if (kind === 'image' || reservationId === undefined) return true;
    const record = this.#cluster.mirror.record(reservationId)?.value;
    // A container that others started may have the label of one of ours.
    const isRecorded = record?.engineId === this.#engineId && (record.containerId ?? id) === id;
    if (action === 'die' && isRecorded) this.#died.add(reservationId);
    if (action === 'destroy') this.#died.delete(reservationId);
    if (action === 'start') return !isRecorded || this.#died.delete(reservationId) || this.#isIdle(id);
    return isRecorded || action !== 'destroy';
  }

  #isIdle(containerId: string): boolean {
    return isKnownStopped(this.#cluster.mirror.containers.get(this.#engineId, containerId));
  }

  /** A container that nobody started tells nothing: it is looked at when nobody can be about to start it any more. */
  #lookForLeftOver(): void {
    const { mirror, settings } = this.#cluster;
    const now = performance.now();
    let soonest = Number.POSITIVE_INFINITY;
    for (const { unstartedSince } of mirror.containers.on(this.#engineId).values()) {
      if (unstartedSince === undefined) continue;
      const at = unstartedSince + leftOverAfterMs(settings);
      if (at > now) soonest = Math.min(soonest, at);
    }
    if (soonest >= this.#leftOverAt) return;
    this.#leftOverAt = soonest;
    void pause(soonest - now, this.#stopping.signal).then(() => {
      this.#leftOverAt = Number.POSITIVE_INFINITY;
      if (!this.#stopping.signal.aborted) this.#lookSoon();
    });
  }

  /** What is news meanwhile does not wait for it. */
  #lookLater(afterMs: number): void {
    if (this.#isLookLater) return;
    this.#isLookLater = true;
    void pause(afterMs, this.#stopping.signal).then(() => {
      this.#isLookLater = false;
      this.#lookSoon();
    });
  }

  #lookSoon(): void {
    if (this.#isLookDue || this.#isGathering) return;
    this.#isGathering = true;
    const { mirror } = this.#cluster;
    const pauseMs = Math.max(betweenLooksMs, mirror.records(this.#engineId).length * perContainerMs);
    const waitMs = Math.max(gatherMs, this.#lastLook + pauseMs - performance.now());
    void pause(waitMs, this.#stopping.signal).then(() => {
      this.#isGathering = false;
      this.#lastLook = performance.now();
      return this.look();
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#gates[this.#isWell() ? 'well' : 'unwell'].through(work);
  }

  #isWell(): boolean {
    const { mirror } = this.#cluster;
    return mirror.hasEngine(this.#engineId) && mirror.engine(this.#engineId).value.condition === 'ok';
  }

  #client() {
    return this.#cluster.pool.client(this.#cluster.mirror.engine(this.#engineId).value);
  }
}
