import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';
import { askedFor, type Container, viewContainer } from '../../state/containers/container-view.ts';
import { type FoundContainer, findContainer } from '../../state/containers/find-container.ts';

export interface InspectedContainer {
  readonly container: Container;
  /** Undefined for a container that others started. */
  readonly reservation: Reservation | undefined;
}

/** One container, wherever it is, and why it is there. Throws what `findContainer` throws. */
export async function inspectContainer(cluster: Cluster, reference: string): Promise<InspectedContainer> {
  const { engine, container } = await findContainer(cluster, reference);
  const client = cluster.pool.client(engine);
  const summary = (await client.listContainers()).find(({ id }) => id === container.id);
  if (!summary) throw isGone(container, engine);
  const inspected = await cluster.details.fresh(engine.id, client, container.id);
  const failure = cluster.details.engine(engine.id).failure(container.id);
  if (!inspected && !failure) throw isGone(container, engine);
  const reservation = cluster.cache.reservationsOf(container.id).find(({ isForeign }) => !isForeign);
  const asked = askedFor(cluster, summary, engine);
  return { container: viewContainer(engine, summary, { asked, inspected, failure }), reservation };
}

function isGone({ name }: FoundContainer['container'], { id }: EngineRecord): SatsumaError {
  return new SatsumaError('no_such_container', `container ${name} is gone from ${id}`);
}

/** Docker's own words of it, as its engine gives them. Throws what `findContainer` throws. */
export async function inspectDocument(cluster: Cluster, reference: string): Promise<unknown> {
  const { engine, container } = await findContainer(cluster, reference);
  return await cluster.pool.client(engine).inspectDocument(container.id);
}
