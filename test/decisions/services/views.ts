import type { ReplicaView } from '../../../src/decisions/services/replica-view.ts';
import type { Situation } from '../../../src/decisions/services/situation.ts';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import type { ServiceRecord, ServiceSpec, UpdatePolicy } from '../../../src/model/service.ts';

export const busybox: ImageConfig = { name: 'demo/busybox:1', type: 'label', restart_policy: {} };

export const now = Date.parse('2026-11-21T12:00:00.000Z');

export const policy: UpdatePolicy = {
  ...{ parallelism: 1, delay: 0, order: 'start-first', monitor: 0, max_failure: 0, on_failure: 'pause' },
};

export const spec: ServiceSpec = { image: busybox, replicas: 2, update: policy, grace: 30, shutdown_delay: 0 };

export function serviceRecord(changes: Partial<ServiceRecord> = {}): ServiceRecord {
  const at = new Date(now).toISOString();
  return {
    ...{ generation: 1, template: 1, spec, cause: 'create', createdAt: at, updatedAt: at },
    ...{ isPaused: false, resumes: 0, isRemoved: false },
    ...changes,
  };
}

/** A replica that is ready and settled, unless it is said otherwise. */
export function view(changes: Partial<ReplicaView> = {}): ReplicaView {
  const { state = 'ready', slot = '1', generation = 1, copy = 1 } = changes;
  return {
    id: `${slot}-${generation}-${copy}`,
    ...{ slot, generation, copy, state },
    engineId: 'a',
    containerId: `container ${slot}-${generation}-${copy}`,
    createdAt: now - 60_000,
    reason: undefined,
    since: state === 'ready' || state === 'retiring' ? now - 60_000 : undefined,
    isSettled: state === 'ready',
    ports: [],
    isServing: state === 'ready',
    isDisplaced: false,
    isReachable: state !== 'unreachable' && state !== 'lost',
    ...changes,
  };
}

export interface SituationChanges extends Partial<Omit<Situation, 'record' | 'fallbackTemplate'>> {
  readonly standIn?: number;
  readonly template?: number;
  readonly isRemoved?: boolean;
  readonly update?: Partial<UpdatePolicy>;
}

/** A service of template 1 with one slot, of which nothing is known, unless it is said otherwise. */
export function situation({
  template = 1,
  standIn = template,
  isRemoved = false,
  update,
  ...changes
}: SituationChanges = {}): Situation {
  return {
    record: { template, isRemoved, spec: { update: { ...policy, ...update } } },
    ...{
      slots: ['1'],
      held: new Set(),
      replicas: [],
      starting: new Set(),
      waits: new Map(),
      fullness: () => 0,
      isUpdating: true,
    },
    ...{ fallbackTemplate: () => standIn, now },
    ...changes,
  };
}

/** A slot that is not tried before that time. */
export function waiting(slot: string, notBefore: number): Situation['waits'] {
  return new Map([[slot, { notBefore, failures: 1 }]]);
}
