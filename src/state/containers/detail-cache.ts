import type { ContainerList, EngineClient } from '../../engines/engine-client.ts';
import type { ContainerDetail, ContainerSummary } from '../../model/container.ts';
import type { Reservation } from '../../model/reservation.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import { timedOut, withTimeout } from '../../runtime/with-timeout.ts';
import type { Inspection } from '../container-cache.ts';
import { type Details, EngineDetails } from './engine-details.ts';

/**
 * Engines that are asked at a time, for one container after the other: a list of 20,000 must not be all that the server
 * does, nor take a second connection to each engine.
 */
const inFlight = 64;
/** An inspection that takes longer is waited for beside the next ones: Docker keeps it waiting while a start hangs. */
const slowMs = 1_000;
const mostSlow = 8;

/** `isWhole`: nothing is left to be asked. */
export interface Inspected {
  readonly details: Details;
  readonly isWhole: boolean;
}

/**
 * What inspections told, kept while the container lives and nobody updates it, so that each container is inspected once
 * and not at each list, as citadel did. A container that cannot be inspected costs nothing but its own detail.
 */
export class DetailCache {
  readonly #inspected: (engineId: string, containerId: string, inspection: Inspection) => void;
  readonly #engines = new Map<string, EngineDetails>();
  /** By engine: what is under way. Whoever comes next goes on from there, and asks nothing twice. */
  readonly #underWay = new Map<string, Promise<unknown>>();
  readonly #semaphore = new Semaphore(inFlight);

  /** `inspected`: told of each inspection. */
  constructor(inspected: (engineId: string, containerId: string, inspection: Inspection) => void = () => undefined) {
    this.#inspected = inspected;
  }

  /** The details of those containers, and of others. One that is gone by now is left out. Throws the engine's own faults. */
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

  /** The same within a time: not whole where inspections are still under way then. They go on. */
  async soon(withinMs: number, ...[engineId, client, containers]: Parameters<DetailCache['of']>): Promise<Inspected> {
    const inspected = await withTimeout(withinMs, this.of(engineId, client, containers));
    return inspected === timedOut ? { details: this.engine(engineId), isWhole: false } : inspected;
  }

  /** One container's detail, asked for anew. Undefined: it is gone, or cannot be inspected; see `failure` of `engine`. */
  async fresh(engineId: string, client: EngineClient, containerId: string): Promise<ContainerDetail | undefined> {
    const details = this.engine(engineId);
    if (details.failure(containerId) && !details.isDue(containerId)) return undefined;
    return await this.#inspect(engineId, client, containerId);
  }

  /** All that is known of one engine's containers. */
  engine(engineId: string): EngineDetails {
    const known = this.#engines.get(engineId) ?? new EngineDetails();
    this.#engines.set(engineId, known);
    return known;
  }

  /** Forgets all but the containers that the engine has now: those listed, and those on record where the list lacks some. */
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

  /** False: the allowance was used up before the last one. */
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
      if (slow.size >= mostSlow) await Promise.race(slow);
    }
    await Promise.all(slow);
    return true;
  }
}
