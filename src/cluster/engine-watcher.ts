import type { EngineEvent } from '../engines/engine-client.ts';
import { isSatsumaError } from '../model/errors.ts';
import type { Cluster } from './cluster.ts';
import { observeEngine } from './observe-engine.ts';
import { pause } from './pause.ts';

/** Events come in bursts: what they tell is looked at once, this long after the first. */
const gatherMs = 150;
const shortestBackoffMs = 100;
/** Between two looks that events give a reason to: an engine that tells without end is not looked at without end. */
const betweenLooksMs = 500;
/** A connection that lasted as long was a good one; one that breaks off sooner is made anew later and later. */
const steadyMs = 10_000;
/** Every so many pings the engine is looked at whole, in case an event was lost. */
const pingsPerLook = 6;

/** Follows one engine: its events, a ping at intervals, and a whole look when either gives a reason to. */
export class EngineWatcher {
  readonly #cluster: Cluster;
  readonly #engineId: string;
  readonly #stopping = new AbortController();
  #looking: Promise<void> = Promise.resolve();
  #isLookDue = false;
  #isGathering = false;
  #lastLook = Number.NEGATIVE_INFINITY;
  #loops: Promise<unknown> | undefined;

  constructor(cluster: Cluster, engineId: string) {
    this.#cluster = cluster;
    this.#engineId = engineId;
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
    this.#looking = this.#looking.then(async () => {
      this.#isLookDue = false;
      if (this.#stopping.signal.aborted) return;
      const { logger } = this.#cluster;
      await observeEngine(this.#cluster, this.#engineId).catch((error: unknown) =>
        logger.warn({ err: error, engineId: this.#engineId }, 'engine not observed'),
      );
    });
    return this.#looking;
  }

  /** Listens first and looks then, so that nothing falls in between; over a new connection from the last event on. */
  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    const { observeIntervalMs } = this.#cluster.settings;
    let since: string | undefined;
    let backoffMs = shortestBackoffMs;
    while (!signal.aborted) {
      const begin = performance.now();
      try {
        const events = await this.#client().openEvents(signal, since);
        await this.look();
        for await (const event of events) {
          since = event.at;
          if (this.#isNews(event)) this.#lookSoon();
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
    for (let count = 1; !signal.aborted; count++) {
      await pause(observeIntervalMs, signal);
      if (signal.aborted) return;
      const isOk = this.#cluster.mirror.hasEngine(this.#engineId) && this.#condition() === 'ok';
      const answers = isOk && count % pingsPerLook !== 0 && (await this.#answers());
      if (!answers) await this.look();
    }
  }

  async #answers(): Promise<boolean> {
    return await this.#client()
      .ping()
      .then(
        () => {
          this.#cluster.mirror.sighted(this.#engineId);
          return true;
        },
        () => false,
      );
  }

  /** What this cluster did itself is in the records already. */
  #isNews({ kind, action, reservationId }: EngineEvent): boolean {
    if (kind === 'image' || reservationId === undefined) return true;
    const isRecorded = this.#cluster.mirror.hasReservation(this.#engineId, reservationId);
    return action === 'start' || action === 'update' ? !isRecorded : isRecorded || action !== 'destroy';
  }

  #lookSoon(): void {
    if (this.#isLookDue || this.#isGathering) return;
    this.#isGathering = true;
    const waitMs = Math.max(gatherMs, this.#lastLook + betweenLooksMs - performance.now());
    void pause(waitMs, this.#stopping.signal).then(() => {
      this.#isGathering = false;
      this.#lastLook = performance.now();
      return this.look();
    });
  }

  #condition(): string {
    return this.#cluster.mirror.engine(this.#engineId).value.condition;
  }

  #client() {
    return this.#cluster.pool.client(this.#cluster.mirror.engine(this.#engineId).value);
  }
}
