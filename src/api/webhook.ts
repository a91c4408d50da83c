import type { EventFilter } from '../model/webhook.ts';

/** The body of POST /apiv1/webhook. */
export interface NewWebhookBody {
  readonly name: string;
  readonly url: string;
  readonly filter?: EventFilter;
  /** What deliveries are signed with. Never answered. */
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
    /** Given up after an hour of tries. */
    readonly failed: number;
    /** Never tried, because too many waited. */
    readonly dropped: number;
    readonly waiting: number;
    readonly last_delivery_at: string | null;
    /** Of the last try, while it fails. */
    readonly last_error: string | null;
  };
}

/** The answer to POST /apiv1/webhook/{name}/test. */
export interface WebhookTest {
  readonly delivered: boolean;
  /** Of HTTP; null: there was no answer. */
  readonly status: number | null;
  readonly duration_ms: number;
  readonly error: string | null;
}
