import type { ContainerDetail, ContainerSummary } from '../model/container.ts';
import type { EngineSnapshot } from '../model/engine-snapshot.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { Scheduler } from '../model/scheduler.ts';
import type { Replica } from '../model/service.ts';
import { claimsOn } from '../placement/claims.ts';
import { isAlive } from '../state/containers/container-view.ts';
import { imageNameOf } from '../state/containers/describe-image.ts';
import { stopped } from '../state/containers/stopped.ts';

/**
 * The claims of a foreign container; see stopped.ts. One that was created may never be started. `detail`: from its
 * inspection, or from cached data.
 */
export function foreignReservation(
  engine: EngineSnapshot,
  container: ContainerSummary,
  detail: Pick<ContainerDetail, 'imageName' | 'cpus' | 'memory'>,
  defaultPlugins: readonly Scheduler[],
  { replica, copyOf }: { readonly replica?: Replica | undefined; readonly copyOf?: string | undefined } = {},
): NewReservation {
  const runs = isAlive(container);
  const image: ImageConfig = {
    name: imageNameOf(container, detail),
    type: '',
    restart_policy: {},
    container_name: container.name,
    ...(runs ? { cpus: detail.cpus, memory: detail.memory } : {}),
    ...(runs ? { bind_ports: container.ports } : {}),
  };
  const all = claimsOn(engine, image, defaultPlugins, replica).map((claim) => ({ ...claim, limit: null }));
  const reservation: NewReservation = {
    id: foreignId(container.id),
    engineId: engine.id,
    name: container.name,
    image,
    claims: all,
    createdAt: container.createdAt,
    reason: { type: '', strategy: 'binpack', score: 0, candidates: 0, refused: 0 },
    isForeign: true,
    ...(copyOf !== undefined && { copyOf }),
  };
  return runs ? reservation : stopped(reservation);
}

export function foreignId(containerId: string): string {
  return `foreign-${containerId.slice(0, 32)}`;
}
