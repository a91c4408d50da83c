import type { ContainerList, EngineClient } from '../engines/engine-client.ts';
import type { Reservation } from '../model/reservation.ts';
import type { Cluster } from '../state/cluster.ts';
import type { Versioned } from '../store/store.ts';

interface ResyncView {
  readonly engineId: string;
  readonly recorded: readonly Versioned<Reservation>[];
  readonly containers: ContainerList;
}

/**
 * List entries without a container id may belong to recorded containers. A recorded container that is missing from such
 * a list is inspected: only the engine's 404 means that it is gone. Returns the ids of the others, and of reservations
 * without a known container.
 */
export async function findHidden(
  { details }: Cluster,
  client: EngineClient,
  { engineId, recorded, containers }: ResyncView,
): Promise<string[]> {
  if (!containers.leftOut) return [];
  const engine = details.engine(engineId);
  const listed = new Set(containers.map(({ id }) => id));
  const hidden: string[] = [];
  for (const { id, value } of recorded) {
    const { containerId } = value;
    if (containerId === undefined) hidden.push(id);
    else if (!listed.has(containerId)) {
      const isGone =
        engine.allowance.take() &&
        !(await details.fresh(engineId, client, containerId)) &&
        !engine.failure(containerId);
      if (!isGone) hidden.push(containerId);
    }
  }
  return hidden;
}
