import type { Rebalance as ModelRebalance, PlannedMove, RebalanceMove } from '../model/rebalance.ts';

/** The moves of a rebalance, and their benefit. */
export interface RebalancePlan {
  readonly moves: readonly PlannedMove[];
  readonly stays: readonly {
    readonly service: string;
    readonly replicas: number;
    readonly code: string;
    readonly message: string;
  }[];
  readonly gain: { readonly before: Balance; readonly after: Balance };
  readonly engines: readonly { readonly engine: string; readonly before: EngineLoad; readonly after: EngineLoad }[];
}

/** Statistics over all active engines. */
export interface Balance {
  readonly containers: Range;
  readonly cpu_percent: Range;
  readonly memory_percent: Range;
}

export interface Range {
  readonly least: number;
  readonly most: number;
}

export interface EngineLoad {
  readonly containers: number;
  readonly cpu_percent: number;
  readonly memory_percent: number;
}

/** A requested rebalance with its progress. */
export interface Rebalance {
  readonly state: ModelRebalance['state'];
  readonly at_once: number;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly moves: readonly RebalanceMove[];
}

/** The optional body of POST /apiv1/rebalance. */
export interface NewRebalanceBody {
  /** How many replicas are moved at the same time. Default: 1. */
  readonly at_once?: number;
}
