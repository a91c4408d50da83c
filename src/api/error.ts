/** An error of an answer. */
export interface ErrorBody {
  readonly code: string;
  /** One sentence. */
  readonly message: string;
  readonly details?: unknown;
}

/** The error of an engine that could not be queried; listed data of it is the last known. */
export interface EngineError extends ErrorBody {
  readonly engine: string;
  /** Since when it has been unreachable. RFC 3339. */
  readonly since?: string;
}
