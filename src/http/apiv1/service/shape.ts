import type { ShownReplica, ShownService } from '../../../cluster/services/show-service.ts';
import type { Rollout } from '../../../model/service.ts';

/** What was asked for, flat; and under `status` what there is. */
export function serviceShape({ name, record, state, ready, wanted, replicas, waiting, rollout }: ShownService): object {
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
      replicas: replicas.map(replicaShape),
      waiting: waiting.map(({ failedOn: _, ...wait }) => wait),
      rollout: rolloutShape(rollout),
    },
  };
}

function replicaShape({ view, name, engine, host, ports, failures }: ShownReplica): object {
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

function rolloutShape({ state, generation, failures, message, startedAt, finishedAt, stable }: Rollout): object {
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
