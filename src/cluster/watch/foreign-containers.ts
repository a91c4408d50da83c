import { createHash } from 'node:crypto';
import { claimKeys } from '../../model/claim.ts';
import type { ContainerDetail, ContainerSummary } from '../../model/container.ts';
import type { EngineSnapshot } from '../../model/engine-snapshot.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { NewReservation, Reservation } from '../../model/reservation.ts';
import type { Scheduler } from '../../model/scheduler.ts';
import { claimsOn } from '../../placement/claims.ts';
import { reservationFrom, reservationLabel } from '../container-labels.ts';
import { isAlive } from '../container-view.ts';

/**
 * Whether others started the container. One that carries the labels of a container of ours is a copy, as `docker commit`
 * makes them, where the record belongs to another container.
 */
export function isForeign(
  container: ContainerSummary,
  engineId: string,
  records: ReadonlyMap<string, Reservation>,
): boolean {
  const record = records.get(container.labels[reservationLabel] ?? '');
  if (record?.state === 'bound' && !record.isForeign) return record.containerId !== container.id;
  return reservationFrom(container, engineId) === undefined;
}

/**
 * What a foreign container holds: its name as long as it is there; while it runs its ports, CPUs, memory and image too.
 * The id tells what is held, so that a container that starts or stops gets another record.
 */
export function foreignReservation(
  engine: EngineSnapshot,
  container: ContainerSummary,
  detail: ContainerDetail | undefined,
  standing: readonly Scheduler[],
): NewReservation {
  const runs = isAlive(container);
  const image: ImageConfig = {
    name: container.imageName,
    type: '',
    restart_policy: {},
    container_name: container.name,
    ...(runs && detail ? { cpus: detail.cpus, memory: detail.memory } : {}),
    ...(runs ? { bind_ports: container.ports } : {}),
  };
  const all = claimsOn(engine, image, standing).map((claim) => ({ ...claim, limit: null }));
  const claims = runs ? all : all.filter(({ key }) => key === claimKeys.name(container.name));
  const held = createHash('sha256')
    .update(JSON.stringify([container.name, claims]))
    .digest('hex');
  return {
    id: `foreign-${container.id.slice(0, 32)}-${held.slice(0, 8)}`,
    engineId: engine.id,
    name: container.name,
    image,
    claims,
    createdAt: container.createdAt,
    reason: { type: '', strategy: 'binpack', score: 0, candidates: 0, refused: 0 },
    isForeign: true,
  };
}
