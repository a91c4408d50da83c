import type { Explanation } from '../placement/explain.ts';
/** What a service would come to, slot by slot. */
export interface RolloutPlan {
  /** Slots whose replica stays as it is. */
  readonly unchanged: readonly Place[];
  readonly placed: readonly PlacedSlot[];
  /** Slots for which there is no place. */
  readonly unschedulable: readonly { readonly slot: string; readonly refused: Explanation }[];
  /** Slots whose replica is to be exchanged, and not before one that is unschedulable. */
  readonly blocked: readonly Place[];
  /** Replicas that go and have no successor. */
  readonly removed: readonly Place[];
}

export interface Place {
  readonly slot: string;
  readonly engine: string;
}

/** `from`: where the replica is that it takes the place of. */
export interface PlacedSlot extends Place {
  readonly from?: string;
}
