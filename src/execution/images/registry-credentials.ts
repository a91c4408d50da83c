import { SatsumaError } from '../../model/errors.ts';
import { type RegistryCredentials, registryOf } from '../../model/registry.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * What an engine needs to pull an image; undefined: nobody logged in to its registry. Throws `registry_key` where the password cannot
 * be read, for without it the registry would only say that there is no such image.
 */
export async function credentialsFor(
  { store, registryKey }: Pick<Cluster, 'store' | 'registryKey'>,
  imageName: string,
): Promise<RegistryCredentials | undefined> {
  const server = registryOf(imageName);
  const found = await store.read('registry', server);
  if (!found) return undefined;
  const { username, password: encrypted } = found.value;
  const password = (await registryKey()).decrypt(encrypted, passwordContext(server, username));
  if (password !== undefined) return { server, username, password };
  const sentence = `the password for ${server} was encrypted with another key than the one of this server: give all servers the same registry-key-file, or log in to ${server} again`;
  throw new SatsumaError('registry_key', sentence);
}

/** With something encrypted there, a key that is missing is lost: a new one could not read it. */
export async function hasEncrypted(store: Pick<Cluster['store'], 'list'>): Promise<boolean> {
  for (const kind of ['registry', 'secret', 'recording'] as const) {
    if ((await store.list(kind)).length > 0) return true;
  }
  return false;
}

/** A password is readable as that of its user at its registry only. */
export function passwordContext(server: string, username: string): string {
  return `registry ${server} ${username}`;
}
