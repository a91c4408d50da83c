import { retryDuringRestart } from '../../execution/retry-during-restart.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';
import { askEngines } from '../../state/containers/ask-engines.ts';
import { type Container, EngineView } from '../../state/containers/container-view.ts';
import { findContainer, findKnown } from '../../state/containers/find-container.ts';
import type { KnownContainer } from '../../state/known-container.ts';

export interface InspectedContainer {
  readonly container: Container;
  /** Undefined for a foreign container. */
  readonly reservation: Reservation | undefined;
}

/**
 * One container and its placement, from the cache. `consistent`: asks the engines first. Throws what `findContainer`
 * throws.
 */
export async function inspectContainer(
  cluster: Cluster,
  reference: string,
  { consistent = false }: { readonly consistent?: boolean } = {},
): Promise<InspectedContainer> {
  const { cache } = cluster;
  const errors = consistent ? await askEngines(cluster, cache.engines(), { all: true }) : [];
  const known = await findKnown(cluster, reference);
  return show(
    cluster,
    known,
    errors.some(({ engine }) => engine === known.engineId),
  );
}

/** One container that the caller has just changed and refreshed. Throws `no_such_container` if it is gone. */
export function inspectKnown(cluster: Cluster, engineId: string, containerId: string): InspectedContainer {
  const known = cluster.cache.containers.get(engineId, containerId);
  if (!known) throw new SatsumaError('no_such_container', `container ${containerId} is gone from ${engineId}`);
  return show(cluster, known);
}

function show(cluster: Cluster, known: KnownContainer, isSilent = false): InspectedContainer {
  const { cache } = cluster;
  const view = new EngineView(cluster, cache.engine(known.engineId).value, isSilent);
  const reservation = cache.reservationsOf(known.summary.id).find(({ isForeign }) => !isForeign);
  return { container: view.show(known), reservation };
}

/** Docker's own inspect document. Throws what `findContainer` throws. */
export async function inspectDocument(cluster: Cluster, reference: string): Promise<unknown> {
  const { engine, container } = await findContainer(cluster, reference);
  return await retryDuringRestart(cluster, engine.id, (client) => client.inspectDocument(container.id), {
    isRepeatable: true,
    isPinged: true,
  });
}
