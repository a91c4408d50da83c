import type { ClusterEvent } from '../../model/cluster-event.ts';

/** An event whose time is not on record has none yet. */
export type EventDraft = Omit<ClusterEvent, 'at'> & { readonly at?: string | undefined };

export type Attributes = EventDraft['attributes'];

/** What a record was before a change; `unknown`: the change before it is not in the feed any more. */
export type Before<T> = T | undefined | 'unknown';

/**
 * Tells from two versions of a record what happened. Every server that reads the same changes tells the same events, in the
 * same order.
 */
export interface EventSource<V, T> {
  /** What is compared; the rest is not kept. */
  trim(value: V, id: string): T;
  /** `beside`: what is kept of the record of another kind that tells of the same thing. */
  compare(before: Before<T>, after: T | undefined, id: string, beside?: unknown): readonly EventDraft[];
}

/** Ties the two types of a source together, so that a table can have many. */
export interface AnySource {
  trim(value: unknown, id: string): unknown;
  compare(before: unknown, after: unknown, id: string, beside?: unknown): readonly EventDraft[];
}

export function sourceOf<V, T>(source: EventSource<V, T>): AnySource {
  return source as AnySource;
}

/** Tells from one version of a record alone what happened: nothing of these records is read before, or kept. */
export interface RecordEvents {
  tell(value: unknown): readonly EventDraft[];
}

export function recordEvents<V>(tell: (value: V) => readonly EventDraft[]): RecordEvents {
  return { tell: tell as RecordEvents['tell'] };
}
