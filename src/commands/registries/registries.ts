import { hasEncrypted, passwordContext } from '../../execution/images/registry-credentials.ts';
import { SatsumaError } from '../../model/errors.ts';
import { canonicalRegistry, type RegistryCredentials, type RegistryRecord } from '../../model/registry.ts';
import type { Cluster } from '../../state/cluster.ts';
import { checkLogin } from './check-login.ts';

/** A stored registry login, without its password. */
export interface Registry extends Pick<RegistryRecord, 'username' | 'savedAt'> {
  readonly server: string;
}

interface LoginRequest extends RegistryCredentials {
  /** Skips the check with the registry. */
  readonly isForced: boolean;
}

/**
 * Stores credentials that the registry accepts, and replaces earlier ones. `warning`: they could not be checked. Throws
 * `registry_denied`, `registry_unreachable`, `registry_key`.
 */
export async function logIn(
  cluster: Cluster,
  { username, password: secret, isForced, ...given }: LoginRequest,
): Promise<Registry & { readonly warning?: string }> {
  const { store, registryKey, logger } = cluster;
  const server = canonicalRegistry(given.server);
  const warning = isForced ? undefined : await checkLogin(cluster, { server, username, password: secret });
  const box = await registryKey({ isNew: !(await hasEncrypted(store)) });
  const password = box.encrypt(secret, passwordContext(server, username));
  const savedAt = new Date().toISOString();
  await store.write([{ kind: 'registry', id: server, value: { username, password, savedAt } }]);
  logger.info({ registry: server, username }, 'logged in to a registry');
  return { server, username, savedAt, ...(warning !== undefined && { warning }) };
}

/** Sorted by server. */
export async function listRegistries({ store }: Cluster): Promise<Registry[]> {
  return (await store.list('registry')).map(({ id, value: { username, savedAt } }) => ({
    server: id,
    username,
    savedAt,
  }));
}

/** Deletes credentials. Throws `no_such_registry`. */
export async function logOut({ store, logger }: Cluster, given: string): Promise<string> {
  const server = canonicalRegistry(given);
  const found = await store.read('registry', server);
  if (!found) throw new SatsumaError('no_such_registry', `there are no credentials for the registry ${server}`);
  await store.write([{ kind: 'registry', id: server }]);
  logger.info({ registry: server }, 'logged out of a registry');
  return server;
}
