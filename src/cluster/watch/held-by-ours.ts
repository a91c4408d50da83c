import type { ContainerSummary } from '../../model/container.ts';
import type { NewReservation, Reservation } from '../../model/reservation.ts';
import { claimsOn } from '../../placement/claims.ts';
import type { Versioned } from '../../store/store.ts';
import type { Cluster } from '../cluster.ts';
import { atRest, bare, isStopped } from '../containers/at-rest.ts';
import { withBoundPorts } from '../containers/bound-ports.ts';
import { isAlive } from '../containers/container-view.ts';

/**
 * What containers of ours hold by what their engine tells, by their reservation's id; only where that is not what their
 * record says. Those that are on their way to be started hold what they asked for.
 */
export function heldByOurs(
  cluster: Cluster,
  recorded: readonly Versioned<Reservation>[],
  containers: readonly ContainerSummary[],
  believed: ReadonlyMap<string, NewReservation>,
): Map<string, NewReservation> {
  const byId = new Map(containers.map((each) => [each.id, each]));
  const byReservation = new Map([...believed].map(([containerId, each]) => [each.id, byId.get(containerId)]));
  return new Map(
    recorded.flatMap(({ id, value }) => {
      const container = value.containerId === undefined ? byReservation.get(id) : byId.get(value.containerId);
      if (!container || value.isForeign) return [];
      const held = heldBy(cluster, value, container);
      return held === value ? [] : [[id, held]];
    }),
  );
}

function heldBy(cluster: Cluster, record: Reservation, container: ContainerSummary): NewReservation {
  if (isStopped(container)) return record.isAtRest ? record : atRest(bare(record));
  if (!isAlive(container)) return record;
  const running = record.isAtRest ? restarted(cluster, record) : record;
  return holdsPorts(cluster, running, container);
}

/** The reservation with the ports that its container has bound by now. */
export function holdsPorts(
  { mirror, registry }: Cluster,
  reservation: NewReservation,
  container: ContainerSummary,
): NewReservation {
  const { ports, unclear } = container;
  // What cannot be read of its ports is no reason to give one back.
  if (!isAlive(container) || unclear !== undefined) return reservation;
  return withBoundPorts(reservation, ports, mirror.snapshot(reservation.engineId), registry.standing);
}

/** By what was asked for, as at a start through us; see at-rest.ts. */
function restarted({ mirror, registry }: Cluster, record: Reservation): NewReservation {
  const { isAtRest: _, ...running } = bare(record);
  const { image, engineId, replica } = running;
  // Its type may be gone from the configuration since.
  const schedulers = new Set([...(registry.types.get(image.type) ?? []), ...registry.standing]);
  return { ...running, claims: claimsOn(mirror.snapshot(engineId), image, [...schedulers], replica) };
}
