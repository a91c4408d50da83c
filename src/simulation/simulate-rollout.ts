import { exchangeOrder } from '../decisions/services/decide.ts';
import { compareSlots, isFit, isOfUse, type ReplicaView } from '../decisions/services/replica-view.ts';
import { currentRollout } from '../decisions/services/rollout.ts';
import { groupBySlot } from '../decisions/services/slot-order.ts';
import { fullnessFor, heldSlots, nothingKnown, slotsOf, surveyReplicas } from '../decisions/services/survey.ts';
import { presentWaits } from '../decisions/services/waits.ts';
import type { Places, ServiceRecord } from '../model/service.ts';
import { timestamp } from '../state/clock.ts';
import type { Cluster } from '../state/cluster.ts';
import { type EmptySlot, fillSlots, placeOf } from './fill-slots.ts';
import type { Place, RolloutPlan } from './rollout-plan.ts';
import { Simulation } from './simulation.ts';

/**
 * Simulates a service with this record on the current state: the decisions of the control loop if all starts succeed.
 * Changes nothing. `places`: slots that are filled first, and only on that engine.
 */
export function simulateRollout(
  cluster: Cluster,
  name: string,
  record: ServiceRecord,
  places: Places = {},
): RolloutPlan {
  const status = cluster.cache.serviceStatuses.get(name)?.value ?? nothingKnown;
  const views = surveyReplicas(cluster, name, { record, status }).sort(bySlotLaterFirst);
  const { state } = currentRollout(record, status.rollout, timestamp(cluster.clock));
  const isUpdating = !record.isPaused && state !== 'paused';
  const facts = {
    replicas: views,
    waits: new Map(Object.entries(presentWaits(status, record))),
    starting: new Set<string>(),
  };
  const slots = slotsOf(cluster, record, facts);
  const held = heldSlots(cluster, record, slots);
  const bySlot = groupBySlot(views.filter(isOfUse));
  const unchanged: Place[] = [];
  const emptySlots: EmptySlot[] = [];
  for (const slot of exchangeOrder(
    { ...facts, template: record.template, fullness: fullnessFor(cluster, record.spec.image) },
    slots,
  )) {
    const olds = bySlot.get(slot) ?? [];
    const holder = holderOf(olds, record.template, isUpdating && !held.has(slot));
    if (held.has(slot) && !holder) continue;
    if (holder) unchanged.push(placeOf(holder));
    else emptySlots.push({ slot, onlyOn: record.spec.replicas === 'global' ? slot : places[slot], olds });
  }
  unchanged.sort((a, b) => compareSlots(a.slot, b.slot));
  const desiredSlots = new Set(slots);
  const surplus = views.filter((each) => isOfUse(each) && !desiredSlots.has(each.slot));
  const removed = surplus.map(placeOf);
  if (emptySlots.length === 0) return { unchanged, removed, placed: [], unschedulable: [], blocked: [] };
  const { cache } = cluster;
  const simulation = new Simulation(cluster, cache.snapshots());
  const release = ({ id }: ReplicaView): void => {
    const reservation = cache.record(id)?.value;
    if (reservation) simulation.take(reservation.engineId, reservation.name);
  };
  for (const each of [...surplus, ...views.filter((view) => !isOfUse(view))]) release(each);
  const isPlanned = ({ slot }: EmptySlot) => places[slot] !== undefined;
  const inTurn = [...emptySlots.filter(isPlanned), ...emptySlots.filter((each) => !isPlanned(each))];
  return { unchanged, removed, ...fillSlots({ simulation, release }, { name, record }, inTurn) };
}

function bySlotLaterFirst(a: ReplicaView, b: ReplicaView): number {
  return compareSlots(a.slot, b.slot) || b.generation - a.generation || b.copy - a.copy;
}

/** As in `decide`. */
function holderOf(olds: readonly ReplicaView[], template: number, isUpdating: boolean): ReplicaView | undefined {
  return olds.find((each) => isFit(each, template) || (!isUpdating && !each.isDisplaced));
}
