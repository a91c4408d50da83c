import type { ServiceState } from '../../api/service.ts';
import { isLost } from '../../decisions/services/engine-failure-policy.ts';
import { findService } from '../../decisions/services/find-service.ts';
import { compareSlots, isFit, isOfUse, type ReplicaView } from '../../decisions/services/replica-view.ts';
import { currentRollout } from '../../decisions/services/rollout.ts';
import { failurePolicy, nothingKnown, slotsOf, surveyReplicas } from '../../decisions/services/survey.ts';
import { presentWaits, type Waits, waitAfter } from '../../decisions/services/waits.ts';
import { unschedulable } from '../../execution/reserve-on-best-engine.ts';
import { hostOf } from '../../model/host-of.ts';
import type { ImageConfig, PortBinding } from '../../model/image-config.ts';
import type { LastFailure, Rollout, ServiceRecord, ServiceStatus, SlotWait } from '../../model/service.ts';
import { holdsReplicas } from '../../model/service-move.ts';
import type { RolloutPlan } from '../../simulation/rollout-plan.ts';
import { simulateRollout } from '../../simulation/simulate-rollout.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * `running`: every replica is ready. `waiting`: some cannot be placed. `moving`: some are stopped while their volumes
 * are copied. `degraded`: some are not ready for any other reason.
 */
export interface ShownService {
  readonly name: string;
  readonly record: ServiceRecord;
  readonly state: ServiceState;
  readonly ready: number;
  /** The desired number of replicas; for a global service, the number of matching engines. */
  readonly wanted: number;
  readonly replicas: readonly ShownReplica[];
  /** Why slots are empty. */
  readonly waiting: readonly (SlotWait & { readonly slot: string })[];
  /** By slot: how earlier replicas failed, even if the slot is filled again. */
  readonly lastFailures: readonly (LastFailure & { readonly slot: string })[];
  readonly rollout: Rollout;
}

export interface ShownReplica {
  readonly view: ReplicaView;
  readonly name: string;
  readonly engine: string;
  /** The host of its ports. */
  readonly host: string;
  readonly ports: readonly Required<PortBinding>[];
  /** Recent failures of replicas in its slot. */
  readonly failures: number;
}

/** `rolloutPlan`: the simulation of a change that was just made. Throws `no_such_service`. */
export async function showService(cluster: Cluster, name: string, rolloutPlan?: RolloutPlan): Promise<ShownService> {
  const record = await findService(cluster, name);
  // The controller has not processed it yet: the simulation is the same as in the answer to its creation.
  const isNew = cluster.cache.serviceStatuses.get(name) === undefined && !record.isRemoved;
  return show(cluster, name, record, rolloutPlan ?? (isNew ? simulateRollout(cluster, name, record) : undefined));
}

/** As this server currently knows it. Undefined: it does not exist. */
export function peekService(cluster: Cluster, name: string): ShownService | undefined {
  const found = cluster.cache.services.get(name);
  return found && show(cluster, name, found.value);
}

/** Sorted by name. */
export async function listServices(
  cluster: Cluster,
  isAsked: (image: ImageConfig) => boolean = () => true,
): Promise<ShownService[]> {
  await cluster.cache.catchUp();
  // Filters before the status is computed.
  const asked = cluster.cache.services.all().filter(({ value }) => isAsked(value.spec.image));
  return asked.map(({ id, value }) => show(cluster, id, value));
}

function show(cluster: Cluster, name: string, record: ServiceRecord, rolloutPlan?: RolloutPlan): ShownService {
  const { cache } = cluster;
  const status = cache.serviceStatuses.get(name)?.value ?? nothingKnown;
  const views = surveyReplicas(cluster, name, { record, status });
  const present = presentWaits(status, record);
  const slots = slotsOf(cluster, record, { replicas: views, waits: new Map(Object.entries(present)) });
  // The rollout for the latest request, which the controller may not have seen yet. `stable` is decided by the
  // controller.
  const { stable } = status.rollout ?? {};
  const rollout = { ...currentRollout(record, status.rollout, record.updatedAt), ...(stable && { stable }) };
  const filled = new Set(views.flatMap(({ state, slot }) => (state === 'ready' ? [slot] : [])));
  const isThere = new Set(views.flatMap((each) => (isOfUse(each) && isFit(each, record.template) ? [each.slot] : [])));
  const wanted = new Set(slots);
  const waits = rolloutPlan ? simulatedWaits(present, rolloutPlan, isThere, cluster.clock.now()) : present;
  // A slot without a place is reported even if its old replica still serves.
  const isSettled = ([slot, { code }]: [string, SlotWait]) => (code === 'unschedulable' ? isThere : filled).has(slot);
  const waiting = Object.entries(waits)
    .filter((each) => wanted.has(each[0]) && !isSettled(each))
    .map(([slot, wait]) => ({ slot, ...wait, ...lastLog(status, slot, wait) }));
  const rule = failurePolicy(cluster, record);
  const replicas = views
    .map((view): ShownReplica => {
      const engine = cache.hasEngine(view.engineId) ? cache.engine(view.engineId).value : undefined;
      // It must be removed, and cannot be before its engine is back.
      const isGone = view.state === 'retiring' && (!engine || isLost(engine, rule));
      return {
        view: isGone ? { ...view, state: 'lost' } : view,
        name: cache.record(view.id)?.value.name ?? '',
        engine: view.engineId,
        host: engine ? hostOf(engine) : '',
        ports: view.ports,
        failures: waits[view.slot]?.failures ?? 0,
      };
    })
    .sort((a, b) => compareSlots(a.view.slot, b.view.slot) || a.view.copy - b.view.copy);
  const ready = slots.filter((slot) => filled.has(slot)).length;
  const state = stateOf(record, rollout, { isWhole: ready === slots.length, isWaiting: waiting.length > 0 });
  const lastFailures = Object.entries(status.lastFailures ?? {})
    .map(([slot, failure]) => ({ slot, ...failure }))
    .sort((a, b) => compareSlots(a.slot, b.slot));
  return { name, record, state, ready, wanted: slots.length, replicas, waiting, lastFailures, rollout };
}

/** The log of the failed replica that the slot waits for. */
function lastLog({ lastFailures }: ServiceStatus, slot: string, { code }: SlotWait): Pick<SlotWait, 'log'> {
  const log = code === 'replica_failed' ? lastFailures?.[slot]?.log : undefined;
  return log === undefined ? {} : { log };
}

/** Predicts the waits that the controller will find for unplaced slots; the first one with full details. */
function simulatedWaits(
  waits: Waits,
  { placed, unschedulable: unplaced }: RolloutPlan,
  isThere: ReadonlySet<string>,
  now: number,
): Waits {
  const placedSlots = new Set(placed.map(({ slot }) => slot));
  const kept = Object.entries(waits).filter(([slot, { code }]) => code !== 'unschedulable' || !placedSlots.has(slot));
  const simulated = unplaced
    .filter(({ slot }) => !isThere.has(slot))
    .map(({ slot, refused }, index) => {
      const wait = waitAfter(waits[slot], unschedulable(refused), now);
      return [slot, index === 0 ? { ...wait, details: refused } : wait] as const;
    });
  return Object.fromEntries([...kept, ...simulated]);
}

function stateOf(
  { isRemoved, isPaused, move }: ServiceRecord,
  rollout: Rollout,
  { isWhole, isWaiting }: { readonly isWhole: boolean; readonly isWaiting: boolean },
): ServiceState {
  if (isRemoved) return 'removing';
  if (isPaused || rollout.state === 'paused') return 'paused';
  if (isWaiting) return 'waiting';
  if (rollout.state === 'rolling back') return 'rolling back';
  if (rollout.state === 'updating') return 'updating';
  if (isWhole) return 'running';
  return move && holdsReplicas(move) ? 'moving' : 'degraded';
}
