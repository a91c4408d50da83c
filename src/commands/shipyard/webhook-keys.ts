import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { webhookKeyContext } from '../../model/shipyard.ts';
import type { Cluster } from '../../state/cluster.ts';
import { keepRecord, listRecords, removeRecord } from './records.ts';

export interface WebhookKey {
  readonly id: string;
  readonly image: string;
  readonly key: string;
}

type Keys = Pick<Cluster, 'store' | 'installation'>;

/** The key's bearer may redeploy containers of the image. Throws `invalid`. */
export async function createWebhookKey({ store, installation }: Keys, image: string): Promise<WebhookKey> {
  const id = randomUUID();
  const key = randomBytes(16).toString('hex');
  const encrypted = installation.encrypt(key, webhookKeyContext(id));
  await keepRecord({ store }, id, { type: 'webhook-key', image, key: encrypted, hash: hashOf(key) });
  return { id, image, key };
}

/** Sorted by image. A key that another installation encrypted is shown as empty. */
export async function listWebhookKeys({ store, installation }: Keys): Promise<WebhookKey[]> {
  const known = await listRecords({ store }, 'webhook-key');
  const keys = known.map(({ id, image, key }) => {
    return { id, image, key: installation.decrypt(key, webhookKeyContext(id)) ?? '' };
  });
  return keys.sort((a, b) => (a.image < b.image ? -1 : 1));
}

/** Finds a key by its text. Undefined: it does not exist. */
export async function findWebhookKey(
  { store }: Pick<Keys, 'store'>,
  key: string,
): Promise<{ image: string } | undefined> {
  const hash = hashOf(key);
  return (await listRecords({ store }, 'webhook-key')).find((each) => each.hash === hash);
}

/** By id or key. False: it did not exist. */
export async function removeWebhookKey({ store }: Pick<Keys, 'store'>, idOrKey: string): Promise<boolean> {
  const hash = hashOf(idOrKey);
  const found = (await listRecords({ store }, 'webhook-key')).find((each) => each.id === idOrKey || each.hash === hash);
  if (found) await removeRecord({ store }, found.id);
  return found !== undefined;
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
