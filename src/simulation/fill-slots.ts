import type { ReplicaView } from '../decisions/services/replica-view.ts';
import type { ServiceRecord } from '../model/service.ts';
import type { Explanation } from '../placement/explain.ts';
import { only } from '../placement/row-filter.ts';
import type { Place, PlacedSlot, RolloutPlan } from './rollout-plan.ts';
import type { Simulation } from './simulation.ts';

/** A slot that needs a replica. */
export interface EmptySlot {
  readonly slot: string;
  /** Restricts it to this engine. */
  readonly onlyOn: string | undefined;
  /** The replicas that it replaces. */
  readonly olds: readonly ReplicaView[];
}

/** The simulated cluster, and how an existing replica is removed from it. */
interface RolloutSimulation {
  readonly simulation: Simulation;
  readonly release: (replica: ReplicaView) => void;
}

interface Named {
  readonly name: string;
  readonly record: ServiceRecord;
}

/**
 * Fills slots in the simulation as `decide` with its budget would: empty slots at once, others in parallel up to the
 * limit, where a slot without a place keeps its turn. Repeats while slots are filled, because replaced replicas free
 * capacity.
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
    const unfilled = fillAll(rollout, service, empty, placed);
    // With stop-first, a slot that stays empty counts as in progress.
    const slotsInTurn = order === 'stop-first' ? Math.max(0, most - unfilled.length) : most;
    const unplaced = fillAll(rollout, service, queue.slice(0, slotsInTurn), placed);
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

/** Returns the slots without a place. */
function fillAll(
  rollout: RolloutSimulation,
  { name, record }: Named,
  emptySlots: readonly EmptySlot[],
  placed: PlacedSlot[],
): readonly UnschedulableSlot[] {
  const { image, update } = record.spec;
  // A replica on a drained engine serves until it is replaced, whatever the order.
  if (update.order === 'stop-first') releaseOldReplicas(rollout, emptySlots, ({ isDisplaced }) => !isDisplaced);
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
  releaseOldReplicas(rollout, filled, () => true);
  return unschedulable;
}

function releaseOldReplicas(
  { release }: RolloutSimulation,
  emptySlots: readonly EmptySlot[],
  isSelected: (old: ReplicaView) => boolean,
): void {
  for (const old of emptySlots.flatMap(({ olds }) => olds.filter(isSelected))) release(old);
}
