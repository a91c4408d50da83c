import type { PortBinding } from '../../model/image-config.ts';
import type { Rollout, ServiceRecord, SlotWait } from '../../model/service.ts';
import type { Cluster } from '../cluster.ts';
import { findService } from './find-service.ts';
import { hostOf } from './replica-checks.ts';
import type { ReplicaView } from './replica-view.ts';
import { currentRollout } from './rollout.ts';
import { nothingKnown, slotsOf, surveyReplicas } from './survey.ts';
import { presentWaits } from './waits.ts';

/**
 * `running`: every replica is ready. `waiting`: some cannot be placed. `degraded`: some are not ready, for whichever other
 * reason.
 */
export type ServiceState = 'running' | 'updating' | 'paused' | 'rolling back' | 'waiting' | 'degraded' | 'removing';

export interface ShownService {
  readonly name: string;
  readonly record: ServiceRecord;
  readonly state: ServiceState;
  readonly ready: number;
  /** How many there should be; of a global service as many as there are engines for it. */
  readonly wanted: number;
  readonly replicas: readonly ShownReplica[];
  /** Why slots are empty. */
  readonly waiting: readonly (SlotWait & { readonly slot: string })[];
  readonly rollout: Rollout;
}

export interface ShownReplica {
  readonly view: ReplicaView;
  readonly name: string;
  readonly engine: string;
  /** Where its ports are. */
  readonly host: string;
  readonly ports: readonly Required<PortBinding>[];
  /** How often a replica of its slot failed lately. */
  readonly failures: number;
}

/** Throws `no_such_service`. */
export async function showService(cluster: Cluster, name: string): Promise<ShownService> {
  return show(cluster, name, await findService(cluster, name));
}

/** Sorted by name. */
export async function listServices(cluster: Cluster): Promise<ShownService[]> {
  await cluster.mirror.catchUp();
  return cluster.mirror.services.all().map(({ id, value }) => show(cluster, id, value));
}

function show(cluster: Cluster, name: string, record: ServiceRecord): ShownService {
  const { mirror } = cluster;
  const status = mirror.serviceStatuses.get(name)?.value ?? nothingKnown;
  const slots = slotsOf(cluster, record);
  const views = surveyReplicas(cluster, name, { record, status, now: Date.now() });
  // As it goes on from what was asked for last, which whoever looks after it may not have seen yet; what it could go back
  // to is for them to say.
  const { stable } = status.rollout ?? {};
  const rollout = { ...currentRollout(record, status.rollout, record.updatedAt), ...(stable && { stable }) };
  const waits = presentWaits(status, record);
  const filled = new Set(views.flatMap(({ state, slot }) => (state === 'ready' ? [slot] : [])));
  const wanted = new Set(slots);
  const waiting = Object.entries(waits)
    .filter(([slot]) => wanted.has(slot) && !filled.has(slot))
    .map(([slot, wait]) => ({ slot, ...wait }));
  const replicas = views
    .map((view): ShownReplica => {
      const mark = status.replicas[view.id];
      const engine = mirror.hasEngine(view.engineId) ? mirror.engine(view.engineId).value : undefined;
      return {
        view,
        name: mirror.record(view.id)?.value.name ?? '',
        engine: view.engineId,
        host: engine ? hostOf(engine) : '',
        ports: mark?.phase === 'ready' ? mark.ports : [],
        failures: waits[view.slot]?.failures ?? 0,
      };
    })
    .sort((a, b) => compareSlots(a.view.slot, b.view.slot) || a.view.copy - b.view.copy);
  const ready = slots.filter((slot) => filled.has(slot)).length;
  const state = stateOf(record, rollout, { isWhole: ready === slots.length, isWaiting: waiting.length > 0 });
  return { name, record, state, ready, wanted: slots.length, replicas, waiting, rollout };
}

function stateOf(
  { isRemoved, isPaused }: ServiceRecord,
  rollout: Rollout,
  { isWhole, isWaiting }: { readonly isWhole: boolean; readonly isWaiting: boolean },
): ServiceState {
  if (isRemoved) return 'removing';
  if (isPaused || rollout.state === 'paused') return 'paused';
  if (isWaiting) return 'waiting';
  if (rollout.state === 'rolling back') return 'rolling back';
  if (rollout.state === 'updating') return 'updating';
  return isWhole ? 'running' : 'degraded';
}

/** 2 before 10. */
function compareSlots(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
