/** An error that stands beside `data`. */
export interface ErrorBody {
  readonly code: string;
  /** One sentence. */
  readonly message: string;
  readonly details?: unknown;
}

/** Of an engine that could not be asked; what is listed of it is what was seen last. */
export interface EngineError extends ErrorBody {
  readonly engine: string;
  /** Since when. RFC 3339. */
  readonly since?: string;
}
