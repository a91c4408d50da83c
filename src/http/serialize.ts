import type {
  Container,
  ContainerOnEngine,
  InspectedContainer,
  Placement,
  RunningContainer,
} from '../api/container.ts';
import type { EngineMove } from '../api/drain.ts';
import type { Engine, NewEngine } from '../api/engine.ts';
import type { SavedImage } from '../api/saved-image.ts';
import type { InspectedContainer as Inspected } from '../commands/containers/inspect-container.ts';
import type { ShownEngine } from '../commands/engines/show-engine.ts';
import type { NamedImage } from '../commands/images/find-image.ts';
import type { RunningContainer as Launched } from '../execution/describe-run.ts';
import type { EngineRecord } from '../model/engine.ts';
import type { Reservation } from '../model/reservation.ts';
import type { Move } from '../simulation/rehearse-loss.ts';
import type { Container as KnownContainer } from '../state/containers/container-view.ts';
import { serializeEngine, serializeListedContainer } from './listed-container.ts';

/** The five fields, and the operator-defined resources. */
export function serializeNewEngine(engine: EngineRecord): NewEngine {
  return { ...serializeEngine(engine), ...(engine.resources && { resources: engine.resources }) };
}

/** The five fields, and the engine's current state. */
export function serializeShownEngine({ engine, status, observedAt, ...shown }: ShownEngine): Engine {
  return {
    ...serializeNewEngine(engine),
    status,
    since: engine.since,
    version: engine.daemon?.version,
    observed_at: observedAt,
    error: engine.error,
    reserved_cpus: shown.reservedCpus,
    reserved_memory: shown.reservedMemory,
    reserved_resources: shown.reservedResources,
    containers: shown.containers,
    failures: shown.failures,
    unclear: shown.unclear,
  };
}

/** The fields of clementine's README, for every container in an answer. JSON omits undefined fields. */
export function serializeContainer(container: KnownContainer): Container {
  return {
    id: container.id,
    name: container.name,
    image: container.image,
    engine: serializeEngine(container.engine),
    state: container.state,
    ports: container.ports,
    inspected: container.isPresumed ? false : undefined,
    unclear: container.unclear,
  };
}

/** Adds whether its engine is reachable. */
export function serializeContainerOnEngine(container: KnownContainer): ContainerOnEngine {
  return { ...serializeContainer(container), stale: container.isStale ? true : undefined };
}

export function serializeSavedImage({ name, version, image, savedAt }: NamedImage): SavedImage {
  return { name, version, image, saved_at: savedAt };
}

/** Adds the placement: its claims, and the reason for the engine. */
export function serializeInspectedContainer({ container, reservation }: Inspected): InspectedContainer {
  return { ...serializeListedContainer(container), placement: reservation ? serializePlacement(reservation) : null };
}

function serializePlacement({ id, claims, reason, createdAt }: Reservation): Placement {
  return { reservation: id, claims, ...reason, created_at: createdAt };
}

/** The destination of a replica. */
export function serializeMove({ replica: { name, replica }, engine }: Move): EngineMove {
  return { container: name, service: replica.service, slot: replica.slot, to: engine };
}

export function serializeRunningContainer({ id, image, engine, ports }: Launched): RunningContainer {
  return { id, image, engine: serializeEngine(engine), ports };
}
