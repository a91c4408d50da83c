import { type Claim, isPortClaim } from '../../model/claim.ts';
import type { BoundPorts } from '../../model/container.ts';
import type { EngineSnapshot } from '../../model/engine-snapshot.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { overlaps } from '../../model/host-address.ts';
import type { PortBinding } from '../../model/image-config.ts';
import type { NewReservation } from '../../model/reservation.ts';
import type { Scheduler } from '../../model/scheduler.ts';
import { claimsOn } from '../../placement/claims.ts';
import type { Cluster } from '../cluster.ts';
import { bare } from './stopped.ts';

/** Each round before the last lost against a concurrent change of the record. */
const maximumRounds = 5;

/**
 * The claims of a running container of Satsuma: its requested host ports, and all others that its engine bound,
 * including ports chosen by the engine. Returns the record itself if it is correct.
 */
export function withBoundPorts(
  reservation: NewReservation,
  ports: BoundPorts,
  engine: EngineSnapshot,
  defaultPlugins: readonly Scheduler[],
): NewReservation {
  const { image, claims } = reservation;
  const others = claims.filter((claim) => !isPortClaim(claim));
  // If an engine reports fewer ports than requested, none is released.
  const asked = (image.bind_ports ?? []).filter(({ port }) => port);
  const bind_ports = [...asked, ...ports.filter((each) => !asked.some((other) => isCovered(each, other)))];
  if (bind_ports.length === 0 && claims.length === others.length) return reservation;
  const ofPorts = { name: image.name, type: '', restart_policy: {}, bind_ports };
  const bound = claimsOn(engine, ofPorts, defaultPlugins).filter(isPortClaim);
  if (isEqual(bound, claims.filter(isPortClaim))) return reservation;
  const first = claims.findIndex(isPortClaim);
  const place = first === -1 ? others.length : first;
  return { ...reservation, claims: [...others.slice(0, place), ...bound, ...others.slice(place)] };
}

function isCovered(bound: PortBinding, asked: PortBinding): boolean {
  return bound.proto === asked.proto && bound.port === asked.port && overlaps(bound.host_ip, asked.host_ip);
}

function isEqual(some: readonly Claim[], others: readonly Claim[]): boolean {
  const amounts = (claims: readonly Claim[]) => claims.map(({ key, amount }) => `${key} ${amount}`).sort();
  return JSON.stringify(amounts(some)) === JSON.stringify(amounts(others));
}

/**
 * Claims the bound ports of a newly started container, beyond limits if necessary, because they are bound. On failure,
 * the next resync records them.
 */
export async function claimBoundPorts(cluster: Cluster, reservationId: string, ports: BoundPorts): Promise<void> {
  const { store, cache, registry, logger } = cluster;
  try {
    for (let round = 1; round <= maximumRounds; round++) {
      const record = cache.record(reservationId);
      if (record === undefined || record.value.state !== 'bound' || record.value.isAtRest) return;
      const { engineId, containerId } = record.value;
      const held = withBoundPorts(record.value, ports, cache.snapshot(engineId), registry.defaultPlugins);
      if (held === record.value) return;
      await cache.catchUp();
      const { version = 0 } = cache.record(reservationId) ?? {};
      if (version !== record.version) continue;
      const isRecorded = await store.adopt(bare({ ...record.value, claims: held.claims }), containerId, {
        ifVersion: version,
      });
      await cache.catchUp();
      if (isRecorded) return;
    }
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    logger.warn({ err: error, reservationId }, 'bound ports not recorded');
  }
}
