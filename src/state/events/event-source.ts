import type { ClusterEvent } from '../../model/cluster-event.ts';

/** An event whose record has no time gets one later. */
export type EventDraft = Omit<ClusterEvent, 'at'> & { readonly at?: string | undefined };

export type Attributes = EventDraft['attributes'];

/** The previous value of a record; `unknown`: its previous change is no longer in the feed. */
export type Before<T> = T | undefined | 'unknown';

/**
 * Derives events from two versions of a record. Deterministic: all servers derive the same events in the same order.
 */
export interface EventSource<V, T> {
  /** The part of the record that is kept for comparison. */
  trim(value: V, id: string): T;
  /** `beside`: the kept part of a related record of another kind. */
  compare(before: Before<T>, after: T | undefined, id: string, beside?: unknown): readonly EventDraft[];
}

/** A source with erased types, for a table of sources. */
export interface AnySource {
  trim(value: unknown, id: string): unknown;
  compare(before: unknown, after: unknown, id: string, beside?: unknown): readonly EventDraft[];
}

export function sourceOf<V, T>(source: EventSource<V, T>): AnySource {
  return source as AnySource;
}

/** Derives events from a single version of a record, without keeping it. */
interface RecordEvents {
  toDrafts(value: unknown): readonly EventDraft[];
}

export function recordEvents<V>(toDrafts: (value: V) => readonly EventDraft[]): RecordEvents {
  return { toDrafts: toDrafts as RecordEvents['toDrafts'] };
}
