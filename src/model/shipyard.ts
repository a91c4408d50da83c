import type { RoleRule } from './access.ts';
/** Data of Shipyard's controller without a counterpart in Satsuma, as the store keeps it. */
export type ShipyardRecord = ShipyardWebhookKey | ShipyardServiceKey | ShipyardExtension | ShipyardPurge;

/** The key with which a registry may trigger a redeployment of an image's containers. */
export interface ShipyardWebhookKey {
  readonly type: 'webhook-key';
  readonly image: string;
  /** The encrypted key, and its hash for lookups. */
  readonly key: string;
  readonly hash: string;
}

/** The description of a token, by the token's name. */
export interface ShipyardServiceKey {
  readonly type: 'service-key';
  readonly description: string;
}

/** Stored, but not executed. */
export interface ShipyardExtension {
  readonly type: 'extension';
  readonly extension: Readonly<Record<string, unknown>>;
}

/** Hides events before this time. */
export interface ShipyardPurge {
  readonly type: 'purge';
  /** RFC 3339. */
  readonly at: string;
}

/** Per type. */
export const maxShipyardRecords = 1_000;

/** The encryption context of a webhook key. */
export function webhookKeyContext(id: string): string {
  return `shipyard-webhook-key/${id}`;
}

/** Shipyard's built-in role: it manages all containers and events, and reads engines and metrics. */
export const shipyardUser = {
  name: 'user',
  rules: [
    { verbs: ['*'], nouns: ['container', 'event'] },
    { verbs: ['read'], nouns: ['engine', 'cluster'] },
  ],
} as const satisfies { readonly name: string; readonly rules: readonly RoleRule[] };
