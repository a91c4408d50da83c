import { randomUUID } from 'node:crypto';
import type { Principal } from '../../access/principal.ts';
import { hashOfToken, isTokenText } from '../../access/token-text.ts';
import type { Cluster } from '../../state/cluster.ts';
import { removeCredential } from '../accounts/remove-credential.ts';
import { createToken } from '../accounts/tokens.ts';
import { keepRecord, listRecords, removeRecord } from './records.ts';

interface ServiceKey {
  readonly key: string;
  readonly description: string;
}

type Keys = Pick<Cluster, 'store' | 'cache' | 'clock' | 'logger'>;

/**
 * Creates a token with the role admin. It ends with the creating account, or with the creating token if that has no
 * account. The key is only in this answer. Throws `forbidden`, `invalid`.
 */
export async function createServiceKey(cluster: Keys, description: string, by: Principal): Promise<ServiceKey> {
  const name = `service-key-${randomUUID().slice(0, 8)}`;
  await keepRecord(cluster, name, { type: 'service-key', description });
  try {
    const { token } = await createToken(cluster, { name, role: 'admin' }, by);
    return { key: token, description };
  } catch (error) {
    await removeRecord(cluster, name);
    throw error;
  }
}

/** Shows the token's name instead of the key, which is not stored. */
export async function listServiceKeys({ store, cache }: Pick<Keys, 'store' | 'cache'>): Promise<ServiceKey[]> {
  const known = await listRecords({ store }, 'service-key');
  return known.filter(({ id }) => cache.tokens.get(id)).map(({ id, description }) => ({ key: id, description }));
}

/** Accepts the key, or the name from the list. Throws `no_such_token`, `last_admin`. */
export async function removeServiceKey(cluster: Keys, key: string, by: Principal): Promise<void> {
  const name = isTokenText(key) ? (cluster.cache.tokens.withHash(hashOfToken(key))?.id ?? key) : key;
  const isKnown = (await listRecords(cluster, 'service-key')).some(({ id }) => id === name);
  await removeCredential(cluster, { kind: 'token', name: isKnown ? name : 'no service key' }, by);
  await removeRecord(cluster, name);
}
