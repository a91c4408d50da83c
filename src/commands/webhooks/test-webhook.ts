import { randomUUID } from 'node:crypto';
import type { WebhookTest } from '../../api/webhook.ts';
import { addressGuard } from '../../execution/webhooks/address-guard.ts';
import { deliver, otherKey } from '../../execution/webhooks/deliver.ts';
import { webhookContext } from '../../model/webhook.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import { findWebhook } from './webhooks.ts';

/** Sends one `webhook.test` event from this server. Throws `no_such_webhook`. */
export async function testWebhook(cluster: Cluster, name: string, signal: AbortSignal): Promise<WebhookTest> {
  const { installation, settings, clock } = cluster;
  const { id, url, secret: encrypted } = await findWebhook(cluster, name);
  const secret = installation.decrypt(encrypted, webhookContext(id));
  // Without the secret, the receiver would only report a wrong signature.
  if (secret === undefined) return { delivered: false, status: null, duration_ms: 0, error: otherKey };
  const about = { id: `test-${randomUUID()}`, event: 'webhook.test', webhook: name };
  const event = { kind: 'webhook', action: 'test', name, id: name, at: timestamp(clock), attributes: {} };
  const began = performance.now();
  const guard = addressGuard(settings.webhookAllow ?? []);
  const { status, error } = await deliver(
    { url, secret, ...about, body: JSON.stringify(event), dropped: 0 },
    guard,
    signal,
  );
  const duration_ms = Math.round(performance.now() - began);
  return { delivered: error === undefined, status: status ?? null, duration_ms, error: error ?? null };
}
