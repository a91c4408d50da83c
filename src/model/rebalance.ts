/** A replica that would do better on another engine. */
export interface PlannedMove {
  readonly service: string;
  readonly slot: string;
  /** Engines, by id. */
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** Moves that somebody asked for, as the store keeps them: whoever leads goes on with them. */
export interface Rebalance {
  /** How many replicas are exchanged at the same time. */
  readonly atOnce: number;
  /** `stopping`: what is under way comes to its end, and nothing new begins. */
  readonly state: 'running' | 'stopping' | 'stopped' | 'done';
  /** RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** In the order in which they begin: a later one may need the room that an earlier one leaves. */
  readonly moves: readonly RebalanceMove[];
}

export interface RebalanceMove extends PlannedMove {
  /**
   * `moving`: the replica on `from` serves until its successor on `to` has proved itself. `given up`: the successor failed,
   * and the replica stays. `skipped`: when its turn came there was nothing to gain any more, or nobody wanted it.
   */
  readonly state: 'waiting' | 'moving' | 'done' | 'given up' | 'skipped';
  /** Why it was given up or skipped. */
  readonly reason?: string;
}

/** There is one at a time; the last one stays to be looked at. */
export const rebalanceId = 'rebalance';

export function isOver({ state }: Pick<Rebalance, 'state'>): boolean {
  return state === 'done' || state === 'stopped';
}
