/** Timeouts of the calls to an engine, in milliseconds. */
export interface EngineDeadlines {
  readonly connectMs: number;
  readonly listMs: number;
  readonly createMs: number;
  readonly startMs: number;
  readonly removeMs: number;
  /** Applies while the pull makes no progress. */
  readonly pullMs: number;
  /** How long a call about one container waits for an engine that just became unreachable, and may be restarting. */
  readonly restartMs: number;
}
