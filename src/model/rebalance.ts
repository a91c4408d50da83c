/** A replica that another engine would suit better. */
export interface PlannedMove {
  readonly service: string;
  readonly slot: string;
  /** Engines, by id. */
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** Requested moves, as the store keeps them: the current leader executes them. */
export interface Rebalance {
  /** How many replicas are moved at the same time. */
  readonly atOnce: number;
  /** `stopping`: active moves finish, and no new one starts. */
  readonly state: 'running' | 'stopping' | 'stopped' | 'done';
  /** RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** In execution order: a later move may need the capacity that an earlier one frees. */
  readonly moves: readonly RebalanceMove[];
}

export interface RebalanceMove extends PlannedMove {
  /**
   * `moving`: the replica on `from` serves until its replacement on `to` is ready and stable. `given up`: the
   * replacement failed, and the replica stays. `skipped`: when the move was due it no longer improved anything, or was
   * cancelled.
   */
  readonly state: 'waiting' | 'moving' | 'done' | 'given up' | 'skipped';
  /** Why it was given up or skipped. */
  readonly reason?: string;
}

/** The id of the only document: one rebalance at a time, and the last one is kept for display. */
export const rebalanceId = 'rebalance';

export function isOver({ state }: Pick<Rebalance, 'state'>): boolean {
  return state === 'done' || state === 'stopped';
}
