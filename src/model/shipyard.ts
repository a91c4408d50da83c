import type { RoleRule } from './access.ts';
/** What clients of Shipyard keep in its controller and Satsuma has no word for, as the store keeps it. */
export type ShipyardRecord = ShipyardWebhookKey | ShipyardServiceKey | ShipyardExtension | ShipyardPurge;

/** By whose key a registry may have containers of an image deployed anew. */
export interface ShipyardWebhookKey {
  readonly type: 'webhook-key';
  readonly image: string;
  /** Encrypted; and its hash, by which it is found. */
  readonly key: string;
  readonly hash: string;
}

/** What somebody calls a token, by the token's name. */
export interface ShipyardServiceKey {
  readonly type: 'service-key';
  readonly description: string;
}

/** Kept, and not run. */
export interface ShipyardExtension {
  readonly type: 'extension';
  readonly extension: Readonly<Record<string, unknown>>;
}

/** Events before that time are not shown any more. */
export interface ShipyardPurge {
  readonly type: 'purge';
  /** RFC 3339. */
  readonly at: string;
}

/** Of each type there may be so many. */
export const mostShipyardRecords = 1_000;

/** What an encrypted key belongs to. */
export function webhookKeyContext(id: string): string {
  return `shipyard-webhook-key/${id}`;
}

/** Shipyard's own role: its containers and events are everybody's, and engines and numbers are seen. */
export const shipyardUser = {
  name: 'user',
  rules: [
    { verbs: ['*'], nouns: ['container', 'event'] },
    { verbs: ['read'], nouns: ['engine', 'cluster'] },
  ],
} as const satisfies { readonly name: string; readonly rules: readonly RoleRule[] };
