import type { EngineClient } from '../engines/engine-client.ts';
import type { ContainerDetail, ContainerSummary } from '../model/container.ts';
import { isSatsumaError } from '../model/errors.ts';

/** An engine is asked about this many containers at a time. */
const inFlight = 8;

/**
 * What inspections told, kept while the container lives: nothing of it changes, so each container is inspected once and
 * not at each list, as citadel did.
 */
export class DetailCache {
  readonly #engines = new Map<string, Map<string, ContainerDetail>>();

  /** The details of those containers. One that is gone by now is left out. */
  async of(
    engineId: string,
    client: EngineClient,
    containers: readonly ContainerSummary[],
  ): Promise<ReadonlyMap<string, ContainerDetail>> {
    const known = this.#engines.get(engineId) ?? new Map<string, ContainerDetail>();
    this.#engines.set(engineId, known);
    const missing = containers.filter(({ id }) => !known.has(id)).values();
    const inspectEach = async () => {
      for (const { id } of missing) {
        const detail = await client.inspectContainer(id).catch(whenGone);
        if (detail) known.set(id, detail);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, inspectEach));
    return known;
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
}

function whenGone(error: unknown): undefined {
  if (!isSatsumaError(error, 'no_such_container')) throw error;
}
