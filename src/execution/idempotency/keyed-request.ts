import type { IdempotencyRecord } from '../../model/idempotency-record.ts';
import { contentHash } from '../../runtime/content-hash.ts';
import type { Clock } from '../../state/clock.ts';

/** A request that its client may send again, because it names it by a key. */
export interface KeyedRequest {
  /** The client's. It reaches the store as a hash only. */
  readonly key: string;
  /** Whose key it is: two callers may choose the same one. */
  readonly owner?: string;
  /** All that is asked for, as JSON has it, and of what: the same key for anything else is refused. */
  readonly asked: unknown;
}

/** How long an answer is kept. */
const keptForMs = 24 * 60 * 60 * 1000;

/** The id of the request's record in the store. */
export function recordIdOf({ key, owner }: KeyedRequest): string {
  return contentHash([owner ?? null, key]);
}

/** The same for the same request, in whichever order its fields come. */
export function requestHashOf({ asked }: KeyedRequest): string {
  return contentHash(asked);
}

/** The lease that whoever works on the request holds. */
export function attemptLease(recordId: string): string {
  return `idempotency/${recordId}`;
}

/** Whether the key's day is over, by the store's clock: it may name another request from now on. */
export function isOver({ startedAt }: IdempotencyRecord, clock: Pick<Clock, 'now'>): boolean {
  return clock.now() - Date.parse(startedAt) > keptForMs;
}
