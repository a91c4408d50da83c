import { randomUUID } from 'node:crypto';
import { SatsumaError } from '../../model/errors.ts';
import { type EventFilter, maxWebhooks, type Webhook, type WebhookState, webhookContext } from '../../model/webhook.ts';
import type { Cluster } from '../../state/cluster.ts';

export interface NamedWebhook extends Webhook {
  readonly name: string;
  /** Undefined: nothing was delivered yet. */
  readonly state: WebhookState | undefined;
}

interface NewWebhook {
  readonly name: string;
  readonly url: string;
  readonly filter: EventFilter;
  readonly secret: string;
}

/** From its creation on, all events that match its filter are delivered. Throws `webhook_exists`, `invalid`. */
export async function createWebhook(
  cluster: Cluster,
  { name, url, filter, secret }: NewWebhook,
): Promise<NamedWebhook> {
  const { store, cache, installation } = cluster;
  if (cache.webhooks.all().length >= maxWebhooks && !cache.webhooks.get(name)) {
    throw new SatsumaError('invalid', `there are ${maxWebhooks} webhooks already: remove one first`);
  }
  const id = randomUUID();
  const encrypted = installation.encrypt(secret, webhookContext(id));
  const webhook: Webhook = { id, url, filter, secret: encrypted, createdAt: new Date().toISOString() };
  const written = await store.write([{ kind: 'webhook', id: name, value: webhook, ifVersion: 0 }]);
  if (!written.ok) throw new SatsumaError('webhook_exists', `there is a webhook ${name} already: remove it first`);
  return { ...webhook, name, state: undefined };
}

/** Sorted by name. */
export async function listWebhooks({ store }: Cluster): Promise<NamedWebhook[]> {
  const [webhooks, states] = await Promise.all([store.list('webhook'), store.list('webhook-state')]);
  const stateOf = new Map(states.map(({ value }) => [value.webhookId, value]));
  return webhooks.map(({ id: name, value }) => ({ ...value, name, state: stateOf.get(value.id) }));
}

/** Throws `no_such_webhook`. */
export async function findWebhook({ store }: Cluster, name: string): Promise<NamedWebhook> {
  const [found, state] = await Promise.all([store.read('webhook', name), store.read('webhook-state', name)]);
  if (!found) throw noWebhook(name);
  const { value } = found;
  return { ...value, name, state: state?.value.webhookId === value.id ? state.value : undefined };
}

/** Pending events are not delivered any more. Throws `no_such_webhook`. */
export async function removeWebhook({ store }: Cluster, name: string): Promise<void> {
  const found = await store.read('webhook', name);
  if (!found) throw noWebhook(name);
  await store.write([
    { kind: 'webhook', id: name },
    { kind: 'webhook-state', id: name },
  ]);
}

function noWebhook(name: string): SatsumaError {
  return new SatsumaError('no_such_webhook', `there is no webhook ${name}`);
}
