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
  /** Ids of reservations with an expired lease. */
  readonly expired: ReadonlySet<string>;
}

/**
 * The claims of Satsuma's containers as reported by their engine, by reservation id; only where they differ from the
 * record. Containers that are about to start keep their requested claims.
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
    // An expired lease may belong to an update with an unknown outcome.
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
 * Counts running containers towards their project's quota: also those that ran before the project existed, and those
 * whose quota went to a replacement when their engine was lost. A container without a size keeps the claims of its
 * start.
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

/** If the inspection fails, the next resync repeats it. */
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
  // Such a lease holds the maximum of the old and the requested limits.
  return holdLimits(
    reservation,
    isUnsure ? { ...limited } : limited,
    cache.snapshot(engineId),
    registry.defaultPlugins,
  );
}

/** The reservation with the container's current name and bound ports. */
export function holdsNow(
  { cache, registry }: Cluster,
  reservation: NewReservation,
  container: ContainerSummary,
): NewReservation {
  const { ports, unclear } = container;
  // Unreadable ports must not cause a release of claims.
  if (!isAlive(container) || unclear !== undefined) return reservation;
  return withBoundPorts(
    withName(reservation, container),
    ports,
    cache.snapshot(reservation.engineId),
    registry.defaultPlugins,
  );
}

/** The requested claims, as at a start by Satsuma; see stopped.ts. */
function restarted({ cache, registry }: Cluster, record: Reservation): NewReservation {
  const { isAtRest: _, ...running } = bare(record);
  const { image, engineId, replica } = running;
  // Its type may have been removed from the configuration.
  const schedulers = new Set([...(registry.types.get(image.type) ?? []), ...registry.defaultPlugins]);
  return { ...running, claims: claimsOn(cache.snapshot(engineId), image, [...schedulers], replica) };
}
