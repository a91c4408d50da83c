import type { EngineClient } from '../engines/engine-client.ts';
import type { Claim } from '../model/claim.ts';
import type { ContainerSummary } from '../model/container.ts';
import { isQuotaClaim, quotaClaims, unsizedKeys } from '../model/project.ts';
import type { NewReservation, Reservation } from '../model/reservation.ts';
import { claimsOn } from '../placement/claims.ts';
import type { Cluster } from '../state/cluster.ts';
import { withBoundPorts } from '../state/containers/bound-ports.ts';
import { holdLimits, withLimits, withName } from '../state/containers/changed-by-hand.ts';
import { isAlive } from '../state/containers/container-view.ts';
import { asStarted, bare, isStopped, stopped } from '../state/containers/stopped.ts';
import type { Versioned } from '../store/store.ts';

interface ReportedContainers {
  readonly recorded: readonly Versioned<Reservation>[];
  readonly containers: readonly ContainerSummary[];
  /** Ids of reservations whose lease ran out. */
  readonly expired: ReadonlySet<string>;
}

/**
 * What containers of ours hold by what their engine tells, by their reservation's id; only where that is not what their
 * record says. Those that are on their way to be started hold what they asked for.
 */
export async function heldByOurs(
  cluster: Cluster,
  client: EngineClient,
  { recorded, containers, expired }: ReportedContainers,
  believed: ReadonlyMap<string, NewReservation>,
): Promise<Map<string, NewReservation>> {
  const byId = new Map(containers.map((each) => [each.id, each]));
  const byReservation = new Map([...believed].map(([containerId, each]) => [each.id, byId.get(containerId)]));
  const held = new Map<string, NewReservation>();
  for (const { id, value } of recorded) {
    const container = value.containerId === undefined ? byReservation.get(id) : byId.get(value.containerId);
    if (!container || value.isForeign) continue;
    const now = heldBy(cluster, value, container);
    // A lease that ran out may have been of an update, of which nobody knows what became.
    const isUnsure = expired.has(id) && value.containerId !== undefined;
    const updated = isAlive(container) ? await heldAfterUpdate(cluster, client, now, { container, isUnsure }) : now;
    if (updated !== value) held.set(id, updated);
  }
  return held;
}

function heldBy(cluster: Cluster, record: Reservation, container: ContainerSummary): NewReservation {
  if (isStopped(container)) return withName(record.isAtRest ? record : stopped(bare(record)), container);
  if (!isAlive(container)) return record;
  const running = record.isAtRest ? restarted(cluster, record) : asStarted(record, container);
  return holdsNow(cluster, withQuota(running), container);
}

/**
 * What runs is counted by its project: also what ran before there was a project, and what was lost with its engine, so that
 * another container got what it had of the quota. One without a size keeps what its start was counted with.
 */
function withQuota<T extends NewReservation>(reservation: T): T {
  const { image, claims } = reservation;
  const held = claims.filter(isQuotaClaim);
  const unsized = unsizedKeys(image);
  const due = [...quotaClaims(image), ...held.filter(({ key }) => unsized.includes(key))];
  const isHeld = ({ key, amount }: Claim) => held.some((each) => each.key === key && each.amount === amount);
  const isSame = due.length === held.length && due.every(isHeld);
  return isSame ? reservation : { ...reservation, claims: [...claims.filter((claim) => !isQuotaClaim(claim)), ...due] };
}

/** One that cannot be inspected is asked about again at the next resync. */
async function heldAfterUpdate(
  { cache, details, registry }: Cluster,
  client: EngineClient,
  reservation: NewReservation,
  { container: { id }, isUnsure }: { readonly container: ContainerSummary; readonly isUnsure: boolean },
): Promise<NewReservation> {
  const { engineId, image } = reservation;
  const known = details.engine(engineId);
  if (!isUnsure && !known.isChanged(id)) return reservation;
  const detail = await details.fresh(engineId, client, id);
  if (!detail) return reservation;
  known.settled(id);
  const { value: engine } = cache.engine(engineId);
  const limited = withLimits(image, detail, engine.daemon?.cpus ?? engine.cpus);
  // Such a lease holds what there was before and what was asked for, whatever the limits are.
  return holdLimits(
    reservation,
    isUnsure ? { ...limited } : limited,
    cache.snapshot(engineId),
    registry.defaultPlugins,
  );
}

/** The reservation with the name that its container has by now, and the ports that it has bound. */
export function holdsNow(
  { cache, registry }: Cluster,
  reservation: NewReservation,
  container: ContainerSummary,
): NewReservation {
  const { ports, unclear } = container;
  // What cannot be read of its ports is no reason to give one back.
  if (!isAlive(container) || unclear !== undefined) return reservation;
  return withBoundPorts(
    withName(reservation, container),
    ports,
    cache.snapshot(reservation.engineId),
    registry.defaultPlugins,
  );
}

/** By what was asked for, as at a start through us; see at-rest.ts. */
function restarted({ cache, registry }: Cluster, record: Reservation): NewReservation {
  const { isAtRest: _, ...running } = bare(record);
  const { image, engineId, replica } = running;
  // Its type may be gone from the configuration since.
  const schedulers = new Set([...(registry.types.get(image.type) ?? []), ...registry.defaultPlugins]);
  return { ...running, claims: claimsOn(cache.snapshot(engineId), image, [...schedulers], replica) };
}
