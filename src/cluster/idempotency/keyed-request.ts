import { createHash } from 'node:crypto';
import type { IdempotencyRecord } from '../../model/idempotency-record.ts';

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
  return sha256(JSON.stringify([owner ?? null, key]));
}

/** The same for the same request, in whichever order its fields come. */
export function requestHashOf({ asked }: KeyedRequest): string {
  return sha256(JSON.stringify(asked, (_, value: unknown) => (isObject(value) ? sortedByName(value) : value)));
}

/** The lease that whoever works on the request holds. */
export function attemptLease(recordId: string): string {
  return `idempotency/${recordId}`;
}

/** Whether the key's day is over: it may name another request from now on. */
export function isOver({ startedAt }: IdempotencyRecord): boolean {
  return Date.now() - Date.parse(startedAt) > keptForMs;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortedByName(object: object): object {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
