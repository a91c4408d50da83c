import type { IdempotencyRecord } from '../../model/idempotency-record.ts';
import { contentHash } from '../../runtime/content-hash.ts';
import type { Clock } from '../../state/clock.ts';

/** A request that its client may repeat, identified by a key. */
export interface KeyedRequest {
  /** Chosen by the client; stored as a hash only. */
  readonly key: string;
  /** The scope of the key: two callers may choose the same one. */
  readonly owner?: string;
  /** The whole request as JSON: the same key with another request is refused. */
  readonly asked: unknown;
}

/** How long an answer is kept. */
const keptForMs = 24 * 60 * 60 * 1000;

/** The id of the request's record. */
export function recordIdOf({ key, owner }: KeyedRequest): string {
  return contentHash([owner ?? null, key]);
}

/** Independent of the order of fields. */
export function requestHashOf({ asked }: KeyedRequest): string {
  return contentHash(asked);
}

/** The lease of the running attempt. */
export function attemptLease(recordId: string): string {
  return `idempotency/${recordId}`;
}

/** Whether the key has expired, by the store's clock, and may be reused. */
export function isOver({ startedAt }: IdempotencyRecord, clock: Pick<Clock, 'now'>): boolean {
  return clock.now() - Date.parse(startedAt) > keptForMs;
}
