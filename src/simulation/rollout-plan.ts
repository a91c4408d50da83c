import type { Explanation } from '../placement/explain.ts';
/** What a service would come to, slot by slot. */
export interface Forecast {
  /** Slots whose replica stays as it is. */
  readonly stays: readonly Place[];
  readonly lands: readonly Landed[];
  /** Slots for which there is no place. */
  readonly stranded: readonly { readonly slot: string; readonly refused: Explanation }[];
  /** Slots whose replica is to be exchanged, and not before one that is stranded. */
  readonly behind: readonly Place[];
  /** Replicas that go and have no successor. */
  readonly gone: readonly Place[];
}

export interface Place {
  readonly slot: string;
  readonly engine: string;
}

/** `from`: where the replica is that it takes the place of. */
export interface Landed extends Place {
  readonly from?: string;
}
