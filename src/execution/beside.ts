import { isSatsumaError } from '../model/errors.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { Scheduler } from '../model/scheduler.ts';
import type { Cluster } from '../state/cluster.ts';
import { askEngines } from '../state/containers/ask-engines.ts';
import {
  besideScheduler,
  enginesOnRecord,
  type Neighbour,
  type NeighbourLocation,
  neighboursOf,
} from '../state/containers/beside-known.ts';
import { findContainer } from '../state/containers/find-container.ts';

/**
 * For a container that depends on others (links, network, volumes): a scheduler for this request that accepts the
 * engines with all of them. Undefined: it depends on none.
 */
export async function besideOthers(cluster: Cluster, image: ImageConfig): Promise<Scheduler | undefined> {
  const neighbours = neighboursOf(image);
  if (neighbours.length === 0) return undefined;
  return besideScheduler(await Promise.all(neighbours.map((each) => locate(cluster, each))));
}

async function locate(cluster: Cluster, neighbour: Neighbour): Promise<NeighbourLocation> {
  const { reference } = neighbour;
  const known = enginesOnRecord(cluster, reference);
  if (known.size > 0) return { ...neighbour, engines: known };
  // It may be too new for the cache.
  await cluster.cache.catchUp();
  const recent = enginesOnRecord(cluster, reference);
  return { ...neighbour, engines: recent.size > 0 ? recent : await asked(cluster, reference) };
}

/** It may have been started by hand just now: query the engines before the request is refused. */
async function asked(cluster: Cluster, reference: string): Promise<Set<string>> {
  await askEngines(cluster, cluster.cache.engines(), { all: true });
  try {
    return new Set([(await findContainer(cluster, reference)).engine.id]);
  } catch (error) {
    if (isSatsumaError(error, 'no_such_container')) return new Set();
    throw error;
  }
}
