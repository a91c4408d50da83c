import type { LastFailure, Replica, Rollout, Service, ServiceMove } from '../../../api/service.ts';
import type { ShownReplica, ShownService } from '../../../commands/services/show-service.ts';
import { compareSlots } from '../../../decisions/services/replica-view.ts';
import type { Rollout as KnownRollout } from '../../../model/service.ts';
import type { ServiceMove as KnownMove } from '../../../model/service-move.ts';

/** The spec as top-level fields, and the current state under `status`. */
export function serializeService(shown: ShownService): Service {
  const { name, record, state, ready, wanted, replicas, waiting, lastFailures, rollout } = shown;
  const { generation, cause, spec, createdAt, updatedAt } = record;
  return {
    name,
    generation,
    cause,
    ...spec,
    created_at: createdAt,
    updated_at: updatedAt,
    status: {
      state,
      ready,
      wanted,
      replicas: replicas.map(serializeReplica),
      waiting: waiting.map(({ failedOn: _, ...wait }) => wait),
      last_failures: lastFailures.map(serializeFailure),
      rollout: serializeRollout(rollout),
      ...(record.move && { move: serializeServiceMove(record.move) }),
    },
  };
}

function serializeReplica({ view, name, engine, host, ports, failures }: ShownReplica): Replica {
  const { slot, generation, copy, containerId, state, reason, createdAt } = view;
  return {
    slot,
    generation,
    copy,
    state,
    ...(reason === undefined ? {} : { reason }),
    engine,
    container: containerId ?? null,
    name,
    addresses: ports.map(({ proto, port, container_port }) => ({ host, port, container_port, proto })),
    failures,
    created_at: new Date(createdAt).toISOString(),
  };
}

function serializeFailure({ engineId, containerId, ...failure }: ShownService['lastFailures'][number]): LastFailure {
  return { ...failure, engine: engineId, container: containerId ?? null };
}

function serializeServiceMove(known: KnownMove): ServiceMove {
  const { from, to, phase, replicas, volumes, startedAt, finishedAt, message } = known;
  return {
    ...{ from, to, phase, slots: Object.keys(replicas).sort(compareSlots), volumes, started_at: startedAt },
    finished_at: finishedAt ?? null,
    ...(message !== undefined && { message }),
  };
}

function serializeRollout({
  state,
  generation,
  failures,
  message,
  startedAt,
  finishedAt,
  stable,
}: KnownRollout): Rollout {
  return {
    state,
    generation,
    failures,
    ...(message === undefined ? {} : { message }),
    stable_generation: stable?.generation ?? null,
    started_at: startedAt,
    finished_at: finishedAt ?? null,
  };
}
