/** An error that stands beside `data`. */
export interface ErrorBody {
  readonly code: string;
  /** One sentence. */
  readonly message: string;
  readonly details?: unknown;
}
