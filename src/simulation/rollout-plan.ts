import type { Explanation } from '../placement/explain.ts';
/** The effect of a change of a service, by slot. */
export interface RolloutPlan {
  /** Slots whose replica stays. */
  readonly unchanged: readonly Place[];
  readonly placed: readonly PlacedSlot[];
  /** Slots without a feasible engine. */
  readonly unschedulable: readonly { readonly slot: string; readonly refused: Explanation }[];
  /** Slots whose replica would be replaced, but is blocked by an unschedulable one. */
  readonly blocked: readonly Place[];
  /** Replicas that are removed without a successor. */
  readonly removed: readonly Place[];
}

export interface Place {
  readonly slot: string;
  readonly engine: string;
}

/** `from`: the engine of the replica that it replaces. */
export interface PlacedSlot extends Place {
  readonly from?: string;
}
