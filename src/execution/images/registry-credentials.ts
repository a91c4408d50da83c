import { SatsumaError } from '../../model/errors.ts';
import { type RegistryCredentials, registryOf } from '../../model/registry.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * The registry credentials for an image; undefined: none are stored. Throws `registry_key` if the password cannot be
 * decrypted, since without it the registry would only report a missing image.
 */
export function credentialsFor(
  cluster: Pick<Cluster, 'store' | 'registryKey'>,
  imageName: string,
): Promise<RegistryCredentials | undefined> {
  return credentialsAt(cluster, registryOf(imageName));
}

async function credentialsAt(
  { store, registryKey }: Pick<Cluster, 'store' | 'registryKey'>,
  server: string,
): Promise<RegistryCredentials | undefined> {
  const found = await store.read('registry', server);
  if (!found) return undefined;
  const { username, password: encrypted } = found.value;
  const password = (await registryKey()).decrypt(encrypted, passwordContext(server, username));
  if (password !== undefined) return { server, username, password };
  const sentence = `the password for ${server} was encrypted with another key than the one of this server: give all servers the same registry-key-file, or log in to ${server} again`;
  throw new SatsumaError('registry_key', sentence);
}

/** The credentials of all registries. Throws as `credentialsFor`. */
export async function registryLogins(
  cluster: Pick<Cluster, 'store' | 'registryKey'>,
): Promise<readonly RegistryCredentials[]> {
  const known = await cluster.store.list('registry');
  const found = await Promise.all(known.map(({ id }) => credentialsAt(cluster, id)));
  return found.filter((each) => each !== undefined);
}

/** Whether encrypted data exists: then a missing key is lost, and must not be replaced by a new one. */
export async function hasEncrypted(store: Pick<Cluster['store'], 'list'>): Promise<boolean> {
  for (const kind of ['registry', 'secret', 'recording'] as const) {
    if ((await store.list(kind)).length > 0) return true;
  }
  return false;
}

/** The encryption context: a password can only be decrypted for its user and registry. */
export function passwordContext(server: string, username: string): string {
  return `registry ${server} ${username}`;
}
