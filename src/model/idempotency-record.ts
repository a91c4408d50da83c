/** What is kept of a request that carried an `Idempotency-Key`. */
export type IdempotencyRecord = {
  /** What was asked for: another request under the same key is refused. */
  readonly requestHash: string;
  /** RFC 3339; the key's day runs from here, over every attempt. */
  readonly startedAt: string;
  /** Random; marks the reservations, the containers and the engine record that the request leads to. */
  readonly operationId: string;
} & (
  | { readonly state: 'running' }
  /** As the door gave it. */
  | { readonly state: 'done'; readonly answer: unknown }
);
