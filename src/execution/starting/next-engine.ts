import { removeUnstarted } from '../../engine-sync/remove-unstarted.ts';
import { isSatsumaError } from '../../model/errors.ts';
import type { BoundReservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { FoundContainer } from '../../state/containers/find-container.ts';
import type { Versioned } from '../../store/store.ts';
import type { RunningContainer } from '../describe-run.ts';
import { ignoreEngineError } from '../ignore-engine-error.ts';
import { movesOn } from '../launch-container.ts';
import { type Places, reserveOnBestEngine } from '../reserve-on-best-engine.ts';
import { launchFrom } from '../run-container.ts';

/** Each round before the last met a concurrent change of the record. */
const maximumRounds = 5;

/**
 * Finds further engines for a container that was created for an immediate start, by the same rules as a run in one
 * step: its start is the second half of such a run.
 */
export class NextEngine {
  readonly #cluster: Cluster;
  #places: Places | undefined;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /**
   * The record if the container waits for its first start. Call it before the start, because the container may be gone
   * afterwards.
   */
  waiting({ engine, container }: FoundContainer): BoundReservation | undefined {
    const value = this.#record(engine.id, container.id)?.value;
    return value?.isUnstarted ? value : undefined;
  }

  /**
   * Recreates the container, unstarted, on the next feasible engine; undefined if another engine would not help, or it
   * was not created for an immediate start. `before`: the result of `waiting`. Throws as a run whose first engine was
   * this one.
   */
  async after(
    { engine, container }: FoundContainer,
    error: unknown,
    before: BoundReservation | undefined,
  ): Promise<RunningContainer | undefined> {
    if (!isSatsumaError(error, ...movesOn.starting)) return undefined;
    const cluster = this.#cluster;
    const record = await this.#givenUp(engine.id, container.id, before);
    if (!record) return undefined;
    const { image, owner } = record;
    const failed = { engineId: engine.id, error };
    const next = this.#places?.next(error);
    this.#places ??= reserveOnBestEngine(cluster, image, { owner, failed, isLeftUnstarted: true });
    const { value: place } = await (next ?? this.#places.next());
    return await launchFrom(cluster, place, this.#places, { isLeftUnstarted: true });
  }

  /** The record of a container that was given up; undefined: it stays. */
  async #givenUp(
    engineId: string,
    containerId: string,
    before: BoundReservation | undefined,
  ): Promise<BoundReservation | undefined> {
    const { cache, store } = this.#cluster;
    // The list after a failed start may change the record concurrently.
    for (let round = 1; round <= maximumRounds; round++) {
      await cache.catchUp();
      const record = this.#record(engineId, containerId);
      const known = record?.value ?? before;
      if (!known) return undefined;
      const state = await this.#stateOf(engineId, containerId);
      if (state === 'gone') {
        // Docker removes a container with `--rm` that it could not start. Any other removal was intended.
        if (!known.image.auto_remove) return undefined;
        if (record) await store.release(record.id);
        return known;
      }
      if (state !== 'unstarted' || !record) return undefined;
      if (await this.#giveUp(record)) return record.value;
    }
    return undefined;
  }

  /** Replicas and tasks have their own controllers. */
  #record(engineId: string, containerId: string): Versioned<BoundReservation> | undefined {
    const found = this.#cluster.cache.records(engineId).find(({ value }) => value.containerId === containerId);
    if (found?.value.state !== 'bound') return undefined;
    const { value } = found;
    return value.isForeign || value.replica || value.task ? undefined : { ...found, value };
  }

  /** A container that may have run is not given up. */
  async #stateOf(engineId: string, containerId: string): Promise<'unstarted' | 'gone' | 'unknown'> {
    const { cache, pool } = this.#cluster;
    try {
      const check = await pool.client(cache.engine(engineId).value).checkContainer(containerId);
      return check.wasStarted ? 'unknown' : 'unstarted';
    } catch (error) {
      if (isSatsumaError(error, 'no_such_container')) return 'gone';
      ignoreEngineError(error);
      return 'unknown';
    }
  }

  /** False: its record changed meanwhile, by a start, a removal or a list. */
  async #giveUp({ id, value, version: ifVersion }: Versioned<BoundReservation>): Promise<boolean> {
    const { cache, pool, logger } = this.#cluster;
    const { engineId, containerId } = value;
    const client = pool.client(cache.engine(engineId).value);
    try {
      await removeUnstarted(this.#cluster, client, { engineId, containerId, reservation: value, ifVersion });
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      if (error.code === 'wrong_state') return false;
      logger.warn({ err: error, engineId, containerId, reservationId: id }, 'not undone, left to reconciliation');
      return true;
    }
    await cache.catchUp();
    return cache.record(id) === undefined;
  }
}
