import type { ShownReplica, ShownService } from '../../../commands/services/show-service.ts';
import type { Rollout } from '../../../model/service.ts';

/** What was asked for, flat; and under `status` what there is. */
export function serviceShape(shown: ShownService): object {
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
      replicas: replicas.map(replicaShape),
      waiting: waiting.map(({ failedOn: _, ...wait }) => wait),
      last_failures: lastFailures.map(failureShape),
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

function failureShape({ engineId, containerId, ...failure }: ShownService['lastFailures'][number]): object {
  return { ...failure, engine: engineId, container: containerId ?? null };
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
