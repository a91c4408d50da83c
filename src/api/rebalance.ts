import type { Rebalance as ModelRebalance, PlannedMove, RebalanceMove } from '../model/rebalance.ts';

/** What a rebalance would do, and what would be gained. */
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

/** Over the engines that are in use. */
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

/** A rebalance that was asked for, and how far it came. */
export interface Rebalance {
  readonly state: ModelRebalance['state'];
  readonly at_once: number;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly moves: readonly RebalanceMove[];
}

/** The body of POST /apiv1/rebalance, or none. */
export interface NewRebalanceBody {
  /** How many replicas are moved at the same time; 1 unless set. */
  readonly at_once?: number;
}
