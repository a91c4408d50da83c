import type { EventFilter } from '../model/webhook.ts';

/** The body of POST /apiv1/webhook. */
export interface NewWebhookBody {
  readonly name: string;
  readonly url: string;
  readonly filter?: EventFilter;
  /** The key that deliveries are signed with. Never returned. */
  readonly secret: string;
}

export interface Webhook {
  readonly name: string;
  readonly url: string;
  readonly filter: EventFilter;
  readonly created_at: string;
  readonly status: {
    readonly state: 'new' | 'ok' | 'failing';
    readonly delivered: number;
    /** Given up after an hour of attempts. */
    readonly failed: number;
    /** Never tried, because the queue was full. */
    readonly dropped: number;
    readonly waiting: number;
    readonly last_delivery_at: string | null;
    /** The last error, while deliveries fail. */
    readonly last_error: string | null;
  };
}

/** The answer to POST /apiv1/webhook/{name}/test. */
export interface WebhookTest {
  readonly delivered: boolean;
  /** The HTTP status; null: no answer. */
  readonly status: number | null;
  readonly duration_ms: number;
  readonly error: string | null;
}
