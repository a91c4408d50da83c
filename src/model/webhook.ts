import { type ClusterEvent, isGuarded } from './cluster-event.ts';

/** Which events are meant: of each field that is given, one of its values. */
export type EventFilter = { readonly [field in 'kind' | 'action' | 'name' | 'engine' | 'project']?: readonly string[] };

/** The audit is meant only where the filter names it: whoever asks for all that happens wants each thing once. */
export function matchesFilter(filter: EventFilter, event: Pick<ClusterEvent, keyof EventFilter>): boolean {
  if (event.kind === 'audit' && !filter.kind?.includes('audit')) return false;
  return (Object.keys(filter) as (keyof EventFilter)[]).every(
    (field) => filter[field]?.includes(event[field] ?? '') ?? true,
  );
}

/** Guarded kinds are meant only where they are named: the filter of a webhook names those that whoever made it may read. */
export function matchesWebhook(filter: EventFilter, event: Pick<ClusterEvent, keyof EventFilter>): boolean {
  return (filter.kind !== undefined || !isGuarded(event.kind)) && matchesFilter(filter, event);
}

/** Who is told of events, as the store keeps it. */
export interface Webhook {
  /** Of this one: another may get its name when it is gone. */
  readonly id: string;
  readonly url: string;
  readonly filter: EventFilter;
  /** Encrypted by the installation, for `webhookContext(id)`. */
  readonly secret: string;
  readonly createdAt: string;
}

export function webhookContext(id: string): string {
  return `webhook ${id}`;
}

/** How far the deliveries came, as the leader wrote it last. */
export interface WebhookState {
  readonly webhookId: string;
  /** The place of the event that was settled last: delivered, or given up. */
  readonly place: string;
  readonly delivered: number;
  /** Given up after many tries. */
  readonly failed: number;
  /** Never tried: too many waited, or the store lost them. */
  readonly dropped: number;
  readonly waiting: number;
  readonly lastDeliveryAt?: string;
  /** Of the tries since the last delivery. */
  readonly failures: number;
  readonly lastError?: string;
}

/** There may be so many. */
export const mostWebhooks = 100;
