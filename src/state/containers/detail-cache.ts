import type { ContainerList, EngineClient } from '../../engines/engine-client.ts';
import type { ContainerDetail, ContainerSummary } from '../../model/container.ts';
import type { Reservation } from '../../model/reservation.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import { timedOut, withTimeout } from '../../runtime/with-timeout.ts';
import type { Inspection } from '../container-cache.ts';
import { type Details, EngineDetails } from './engine-details.ts';

/**
 * The number of engines inspected at once, one container at a time each: a list of 20,000 must not occupy the server,
 * or need a second connection per engine.
 */
const inFlight = 64;
/** Beyond this, an inspection continues in the background: Docker blocks it while a start hangs. */
const slowMs = 1_000;
const maxSlow = 8;

/** `isWhole`: no inspection is missing. */
export interface Inspected {
  readonly details: Details;
  readonly isWhole: boolean;
}

/**
 * Caches inspections for the lifetime of a container until an update, so that each container is inspected once and not
 * at each list, as in citadel. A failed inspection affects only its own container.
 */
export class DetailCache {
  readonly #inspected: (engineId: string, containerId: string, inspection: Inspection) => void;
  readonly #engines = new Map<string, EngineDetails>();
  /** Running inspections by engine. Later callers wait for them and repeat nothing. */
  readonly #underWay = new Map<string, Promise<unknown>>();
  readonly #semaphore = new Semaphore(inFlight);

  /** `inspected`: called for each inspection. */
  constructor(inspected: (engineId: string, containerId: string, inspection: Inspection) => void = () => undefined) {
    this.#inspected = inspected;
  }

  /** The details of at least these containers. Containers that are gone are omitted. Throws the engine's own errors. */
  async of(engineId: string, client: EngineClient, containers: readonly ContainerSummary[]): Promise<Inspected> {
    const details = this.engine(engineId);
    if (!containers.some(({ id }) => details.isDue(id))) return { details, isWhole: true };
    const before = this.#underWay.get(engineId)?.catch(() => undefined);
    const now = (async () => {
      await before;
      return await this.#inspectMissing(engineId, client, containers);
    })();
    this.#underWay.set(engineId, now);
    try {
      return { details, isWhole: await now };
    } finally {
      if (this.#underWay.get(engineId) === now) this.#underWay.delete(engineId);
    }
  }

  /** The same with a timeout, after which the result may be incomplete. The inspections continue. */
  async soon(withinMs: number, ...[engineId, client, containers]: Parameters<DetailCache['of']>): Promise<Inspected> {
    const inspected = await withTimeout(withinMs, this.of(engineId, client, containers));
    return inspected === timedOut ? { details: this.engine(engineId), isWhole: false } : inspected;
  }

  /** Inspects one container again. Undefined: it is gone, or the inspection failed; see `failure` of `engine`. */
  async fresh(engineId: string, client: EngineClient, containerId: string): Promise<ContainerDetail | undefined> {
    const details = this.engine(engineId);
    if (details.failure(containerId) && !details.isDue(containerId)) return undefined;
    return await this.#inspect(engineId, client, containerId);
  }

  /** All details of one engine's containers. */
  engine(engineId: string): EngineDetails {
    const known = this.#engines.get(engineId) ?? new EngineDetails();
    this.#engines.set(engineId, known);
    return known;
  }

  /** Drops all but the current containers: those listed, and recorded ones if the list is incomplete. */
  keepOnly(engineId: string, containers: ContainerList, records: readonly Pick<Reservation, 'containerId'>[]): void {
    const ids = new Set<string | undefined>(containers.map(({ id }) => id));
    if (containers.leftOut) for (const { containerId } of records) ids.add(containerId);
    this.engine(engineId).keepOnly(ids);
  }

  forget(engineId: string): void {
    this.#engines.delete(engineId);
  }

  async #inspect(engineId: string, client: EngineClient, containerId: string): Promise<ContainerDetail | undefined> {
    const details = this.engine(engineId);
    const detail = await details.inspect(client, containerId);
    this.#inspected(engineId, containerId, { detail, failure: details.lastFailure(containerId)?.message });
    return detail;
  }

  /** False: the allowance was used up. */
  async #inspectMissing(
    engineId: string,
    client: EngineClient,
    containers: readonly ContainerSummary[],
  ): Promise<boolean> {
    const details = this.engine(engineId);
    const slow = new Set<Promise<unknown>>();
    for (const { id } of containers) {
      if (!details.isDue(id)) continue;
      if (!details.allowance.take()) return false;
      const asking = this.#inspect(engineId, client, id);
      if ((await this.#semaphore.run(() => withTimeout(slowMs, asking))) !== timedOut) continue;
      slow.add(asking);
      const over = () => slow.delete(asking);
      asking.then(over, () => undefined);
      if (slow.size >= maxSlow) await Promise.race(slow);
    }
    await Promise.all(slow);
    return true;
  }
}
