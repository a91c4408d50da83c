import type { ReplicaView } from '../decisions/services/replica-view.ts';
import type { ServiceRecord } from '../model/service.ts';
import type { Explanation } from '../placement/explain.ts';
import { only } from '../placement/row-filter.ts';
import type { Place, PlacedSlot, RolloutPlan } from './rollout-plan.ts';
import type { Simulation } from './simulation.ts';

/** A slot that wants a replica. */
export interface EmptySlot {
  readonly slot: string;
  /** The one engine that is meant. */
  readonly onlyOn: string | undefined;
  /** What is exchanged for it. */
  readonly olds: readonly ReplicaView[];
}

/** The cluster as it would be, and how a replica that is there is taken away from it. */
export interface RolloutSimulation {
  readonly simulation: Simulation;
  readonly release: (replica: ReplicaView) => void;
}

interface Named {
  readonly name: string;
  readonly record: ServiceRecord;
}

/**
 * Fills slots in the simulation, as `decide` and its budget would: empty ones at once, others so many at a time, of which one
 * that finds no place keeps its turn. Goes on while somebody finds one, for who leaves may make room.
 */
export function fillSlots(
  rollout: RolloutSimulation,
  service: Named,
  emptySlots: readonly EmptySlot[],
): Pick<RolloutPlan, 'placed' | 'unschedulable' | 'blocked'> {
  const { parallelism, order } = service.record.spec.update;
  const most = parallelism === 0 ? emptySlots.length : parallelism;
  const placed: PlacedSlot[] = [];
  let empty: readonly EmptySlot[] = emptySlots.filter(({ olds }) => olds.length === 0);
  let queue: readonly EmptySlot[] = emptySlots.filter(({ olds }) => olds.length > 0);
  for (;;) {
    const found = placed.length;
    const unfilled = tryAll(rollout, service, empty, placed);
    // Where one is stopped before its successor starts, a slot that stays empty counts as under way.
    const slotsInTurn = order === 'stop-first' ? Math.max(0, most - unfilled.length) : most;
    const unplaced = tryAll(rollout, service, queue.slice(0, slotsInTurn), placed);
    const blocked = queue.slice(slotsInTurn);
    if (placed.length === found) {
      const unschedulable = [...unfilled, ...unplaced].map(({ slot, refused }) => ({ slot, refused }));
      return { placed, unschedulable, blocked: blocked.flatMap(({ olds: [old] }) => (old ? [placeOf(old)] : [])) };
    }
    empty = unfilled;
    queue = [...unplaced, ...blocked];
  }
}

export function placeOf({ slot, engineId }: ReplicaView): Place {
  return { slot, engine: engineId };
}

type UnschedulableSlot = EmptySlot & { readonly refused: Explanation };

/** Gives those that found no place. */
function tryAll(
  rollout: RolloutSimulation,
  { name, record }: Named,
  emptySlots: readonly EmptySlot[],
  placed: PlacedSlot[],
): readonly UnschedulableSlot[] {
  const { image, update } = record.spec;
  // Whoever is displaced by a drain serves until its successor does, whatever the order.
  if (update.order === 'stop-first') releaseOlds(rollout, emptySlots, ({ isDisplaced }) => !isDisplaced);
  const filled: EmptySlot[] = [];
  const unschedulable: UnschedulableSlot[] = [];
  for (const emptySlot of emptySlots) {
    const { slot, onlyOn, olds } = emptySlot;
    const replica = { service: name, slot, generation: record.template, copy: 1 };
    const filter = onlyOn === undefined ? undefined : only(onlyOn);
    const placement = rollout.simulation.place(image, { replica, filter });
    if ('refused' in placement) {
      unschedulable.push({ ...emptySlot, ...placement });
      continue;
    }
    const [old] = olds;
    placed.push({ slot, ...placement, ...(old && { from: old.engineId }) });
    filled.push(emptySlot);
  }
  releaseOlds(rollout, filled, () => true);
  return unschedulable;
}

function releaseOlds(
  { release }: RolloutSimulation,
  emptySlots: readonly EmptySlot[],
  isMeant: (old: ReplicaView) => boolean,
): void {
  for (const old of emptySlots.flatMap(({ olds }) => olds.filter(isMeant))) release(old);
}
