import type { BoundPorts } from '../model/container.ts';
import type { EngineRecord } from '../model/engine.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { NewReservation } from '../model/reservation.ts';
import { withTimeout } from '../runtime/with-timeout.ts';
import type { Cluster } from '../state/cluster.ts';
import { claimBoundPorts } from '../state/containers/bound-ports.ts';

/** The maximum delay of a response by the inspect. */
const inspectionMs = 1_000;

export interface RunningContainer {
  readonly id: string;
  /** Without a leading slash. */
  readonly name: string;
  readonly image: ImageConfig;
  readonly engine: EngineRecord;
  /** As bound, including ports chosen by the engine. */
  readonly ports: BoundPorts;
}

/** The response about a started container that is in the ledger. */
export async function describeRunning(
  cluster: Cluster,
  { id, name, engineId, image, replica, task }: NewReservation,
  containerId: string,
): Promise<RunningContainer> {
  const { value: engine } = cluster.cache.engine(engineId);
  const isAwaited = replica === undefined && task === undefined;
  const ports = await boundPorts(cluster, engine, { containerId, image, isAwaited });
  await claimBoundPorts(cluster, id, ports);
  return { id: containerId, name, image, engine, ports };
}

/** The response about a created container: it has no ports yet. */
export function describeUnstarted(
  { cache, logger }: Cluster,
  reservation: NewReservation,
  containerId: string,
): RunningContainer {
  const { id, name, engineId, image } = reservation;
  cache.containers.presume({ ...reservation, isUnstarted: true, state: 'bound', containerId });
  logger.info({ engineId, containerId, name, reservationId: id }, 'container created');
  return { id: containerId, name, image, engine: cache.engine(engineId).value, ports: [] };
}

interface Started {
  readonly containerId: string;
  readonly image: ImageConfig;
  /** A client waits for the answer, and may read the container's details right after it. */
  readonly isAwaited: boolean;
}

/**
 * Only the engine knows the bound ports: none are with host networking, or on an address family that it lacks. Other
 * details of the inspect appear in the next list.
 */
async function boundPorts(
  { pool, details }: Cluster,
  engine: EngineRecord,
  { containerId, image: { bind_ports = [], publish }, isAwaited }: Started,
): Promise<BoundPorts> {
  const inspecting = details.fresh(engine.id, pool.client(engine), containerId).catch(() => undefined);
  if (bind_ports.length === 0 && !publish) {
    if (isAwaited) await withTimeout(inspectionMs, inspecting);
    return [];
  }
  const detail = await inspecting;
  // The container runs: unknown ports are not a failure.
  if (detail) return detail.ports;
  return bind_ports.flatMap(({ proto, host_ip = '0.0.0.0', port, container_port }) =>
    port ? [{ proto, host_ip, port, container_port }] : [],
  );
}
