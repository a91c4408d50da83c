import type { EngineClient } from '../engines/engine-client.ts';
import type { ContainerDetail, ContainerSummary } from '../model/container.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { Replica } from '../model/service.ts';
import type { Cluster } from '../state/cluster.ts';
import { cpusOf } from '../state/containers/cpus-of.ts';
import { foreignId, foreignReservation } from './foreign-containers.ts';
import { holdsNow } from './held-by-ours.ts';
import type { SortedContainers } from './sort-containers.ts';

/** The claims of containers without a bound record, by container id. */
interface Holdings {
  readonly believed: Map<string, NewReservation>;
  readonly foreign: Map<string, NewReservation>;
  /** Ids of containers that were not inspected, because the engine's allowance was used up. */
  readonly left: Set<string>;
}

/** Foreign containers by inspection, Satsuma's by their labels if those are signed. */
export async function measureContainers(
  cluster: Cluster,
  client: EngineClient,
  engineId: string,
  { believed, foreign, copies }: SortedContainers,
): Promise<Holdings> {
  const { cache, registry, details } = cluster;
  const unsigned = [...believed.values()].filter(({ isUnsigned }) => isUnsigned).map(({ container }) => container);
  const asked = [...foreign, ...unsigned];
  const inspected = await details.of(engineId, client, asked);
  const isLeft = ({ id }: ContainerSummary) =>
    !inspected.isWhole && !inspected.details.get(id) && !inspected.details.failure(id);
  const snapshot = cache.snapshot(engineId);
  const measure = (container: ContainerSummary, known: ImageConfig | undefined, replica?: Replica) => {
    const detail = inspected.details.get(container.id);
    const reported = detail ? { ...detail, cpus: cpusOf(detail, cache.engine(engineId).value.cpus) } : presumed(known);
    return foreignReservation(snapshot, container, reported, registry.defaultPlugins, {
      ...{ replica, copyOf: copies.get(container.id) },
    });
  };
  const recorded = ({ id }: ContainerSummary) => cache.record(foreignId(id))?.value.image;
  return {
    left: new Set(asked.filter(isLeft).map(({ id }) => id)),
    foreign: new Map(foreign.flatMap((each) => (isLeft(each) ? [] : [[each.id, measure(each, recorded(each))]]))),
    believed: new Map(
      [...believed].map(([id, { container, reservation, isUnsigned }]) => [
        id,
        isUnsigned
          ? { ...reservation, claims: measure(container, reservation.image, reservation.replica).claims }
          : holdsNow(cluster, reservation, container),
      ]),
    ),
  };
}

/** For a container that cannot be inspected: from an earlier inspection or its labels. */
function presumed({
  name = '',
  cpus = 0,
  memory = 0,
}: Partial<ImageConfig> = {}): Pick<ContainerDetail, 'imageName' | 'cpus' | 'memory'> {
  return { imageName: name, cpus, memory };
}
