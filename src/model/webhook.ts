import { type ClusterEvent, isGuarded } from './cluster-event.ts';

/** Selects events: each given field must match one of its values. */
export type EventFilter = { readonly [field in 'kind' | 'action' | 'name' | 'engine' | 'project']?: readonly string[] };

/** Audit events only match if the filter names the kind `audit`, because each audit event duplicates another event. */
export function matchesFilter(filter: EventFilter, event: Pick<ClusterEvent, keyof EventFilter>): boolean {
  if (event.kind === 'audit' && !filter.kind?.includes('audit')) return false;
  return (Object.keys(filter) as (keyof EventFilter)[]).every(
    (field) => filter[field]?.includes(event[field] ?? '') ?? true,
  );
}

/** Guarded kinds only match if named: the filter of a webhook names the kinds that its creator may read. */
export function matchesWebhook(filter: EventFilter, event: Pick<ClusterEvent, keyof EventFilter>): boolean {
  return (filter.kind !== undefined || !isGuarded(event.kind)) && matchesFilter(filter, event);
}

/** A subscription to events by URL, as the store keeps it. */
export interface Webhook {
  /** Unique to this webhook: after it is removed, another webhook may get its name. */
  readonly id: string;
  readonly url: string;
  readonly filter: EventFilter;
  /** Encrypted with the registry key, for `webhookContext(id)`. */
  readonly secret: string;
  readonly createdAt: string;
}

export function webhookContext(id: string): string {
  return `webhook ${id}`;
}

/** The progress of deliveries, as last written by the leader. */
export interface WebhookState {
  readonly webhookId: string;
  /** The position of the last event that was delivered or given up. */
  readonly place: string;
  readonly delivered: number;
  /** Given up after repeated failures. */
  readonly failed: number;
  /** Never tried: the queue was full, or the events were no longer in the store. */
  readonly dropped: number;
  readonly waiting: number;
  readonly lastDeliveryAt?: string;
  /** Failed attempts since the last delivery. */
  readonly failures: number;
  readonly lastError?: string;
}

/** Limit for the whole cluster. */
export const maxWebhooks = 100;
