import type { EngineClient } from '../../engines/engine-client.ts';
import type { ContainerDetail, ContainerSummary } from '../../model/container.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { Gate } from '../gate.ts';
import { late, within } from '../within.ts';

/**
 * Engines that are asked at a time, for one container after the other: a list of 20,000 must not be all that the server
 * does, nor take a second connection to each engine.
 */
const inFlight = 64;

type Details = ReadonlyMap<string, ContainerDetail>;

/**
 * What inspections told, kept while the container lives: nothing of it changes, so each container is inspected once and
 * not at each list, as citadel did.
 */
export class DetailCache {
  readonly #engines = new Map<string, Map<string, ContainerDetail>>();
  /** By engine: what is under way. Whoever comes next goes on from there, and asks nothing twice. */
  readonly #underWay = new Map<string, Promise<unknown>>();
  readonly #gate = new Gate(inFlight);

  /** The details of those containers, and of others. One that is gone by now is left out. */
  async of(engineId: string, client: EngineClient, containers: readonly ContainerSummary[]): Promise<Details> {
    const known = this.#engines.get(engineId) ?? new Map<string, ContainerDetail>();
    this.#engines.set(engineId, known);
    if (containers.every(({ id }) => known.has(id))) return known;
    const before = this.#underWay.get(engineId)?.catch(() => undefined);
    const now = (async () => {
      await before;
      await this.#inspectMissing(known, client, containers);
    })();
    this.#underWay.set(engineId, now);
    try {
      await now;
    } finally {
      if (this.#underWay.get(engineId) === now) this.#underWay.delete(engineId);
    }
    return known;
  }

  /** The same within a time: `isWhole` unless inspections are still under way then. They go on. */
  async soon(
    withinMs: number,
    ...[engineId, client, containers]: Parameters<DetailCache['of']>
  ): Promise<{ readonly details: Details; readonly isWhole: boolean }> {
    const details = await within(withinMs, this.of(engineId, client, containers));
    if (details !== late) return { details, isWhole: true };
    return { details: this.#engines.get(engineId) ?? new Map(), isWhole: false };
  }

  /** Forgets all but these: the containers that the engine has now. */
  keepOnly(engineId: string, containers: readonly ContainerSummary[]): void {
    const alive = new Set(containers.map(({ id }) => id));
    const known = this.#engines.get(engineId);
    for (const id of known?.keys() ?? []) if (!alive.has(id)) known?.delete(id);
  }

  forget(engineId: string): void {
    this.#engines.delete(engineId);
  }

  async #inspectMissing(
    known: Map<string, ContainerDetail>,
    client: EngineClient,
    containers: readonly ContainerSummary[],
  ): Promise<void> {
    for (const { id } of containers) {
      if (known.has(id)) continue;
      const detail = await this.#gate.through(() => client.inspectContainer(id)).catch(whenGone);
      if (detail) known.set(id, detail);
    }
  }
}

function whenGone(error: unknown): undefined {
  if (!isSatsumaError(error, 'no_such_container')) throw error;
}
