/** The record of a request with an `Idempotency-Key`. */
export type IdempotencyRecord = {
  /** The hash of the request: a different request with the same key is refused. */
  readonly requestHash: string;
  /** RFC 3339; the key expires one day after this, counting all attempts. */
  readonly startedAt: string;
  /** Random; marks the reservations, containers and engine records that the request creates. */
  readonly operationId: string;
} & (
  | { readonly state: 'running' }
  /** The answer as the door sent it. */
  | { readonly state: 'done'; readonly answer: unknown }
);
