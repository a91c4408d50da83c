/** How long each call to an engine may take, in milliseconds. */
export interface EngineDeadlines {
  readonly connectMs: number;
  readonly listMs: number;
  readonly createMs: number;
  readonly startMs: number;
  readonly removeMs: number;
  /** Without any progress. */
  readonly pullMs: number;
  /** How long a call about one container waits for an engine that was well a moment ago, and may be restarting. */
  readonly restartMs: number;
}
