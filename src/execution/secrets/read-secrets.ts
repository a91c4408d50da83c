import { SatsumaError } from '../../model/errors.ts';
import { type ImageConfig, projectOf } from '../../model/image-config.ts';
import { type SecretFile, secretContext, secretVersionId } from '../../model/secret.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Never logged, stored or returned. */
export interface ReadSecret extends SecretFile {
  readonly value: Buffer;
}

/** The secret values of a container. Throws `no_such_secret`, and `registry_key` if one cannot be decrypted. */
export async function readSecrets(
  { store, registryKey }: Pick<Cluster, 'store' | 'registryKey'>,
  { secrets = [] }: Pick<ImageConfig, 'secrets'>,
): Promise<readonly ReadSecret[]> {
  if (secrets.length === 0) return [];
  const box = await registryKey();
  const read = secrets.map(async (file) => {
    const isLookedUp = file.version === undefined || file.project !== undefined;
    const record = isLookedUp ? (await store.read('secret', file.name))?.value : undefined;
    if (file.project !== undefined && record && projectOf(record) !== file.project) throw noSecret(file.name);
    const version = file.version ?? record?.version ?? 0;
    const found = await store.read('secret-version', secretVersionId(file.name, version));
    if (!found) throw noSecret(file.name, file.version);
    const value = box.decrypt(found.value.value, secretContext(file.name, version));
    if (value !== undefined) return { ...file, value: Buffer.from(value, 'base64') };
    const sentence = `the secret ${file.name} was encrypted with another key than the one of this server: give all servers the same registry-key-file`;
    throw new SatsumaError('registry_key', sentence);
  });
  return await Promise.all(read);
}

export function noSecret(name: string, version?: number): SatsumaError {
  const which = version === undefined ? '' : `version ${version} of `;
  return new SatsumaError('no_such_secret', `there is no ${which}secret ${name}`);
}
