import type { Principal } from '../../access/principal.ts';
import { hasEncrypted } from '../../execution/images/registry-credentials.ts';
import { noSecret } from '../../execution/secrets/read-secrets.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { Scope } from '../../model/scope.ts';
import {
  maxSecrets,
  maxSecretVersions,
  type SecretRecord,
  type SecretVersion,
  secretContext,
  secretVersionId,
} from '../../model/secret.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refuseUnknownProject } from '../../state/projects.ts';
import { restartService } from '../services/change-service.ts';
import { usersOfSecret } from './users-of-secret.ts';

export interface NamedSecret extends SecretRecord {
  readonly name: string;
}

export interface InspectedSecret extends NamedSecret {
  readonly versions: readonly (Pick<SecretVersion, 'createdAt' | 'createdBy'> & { readonly version: number })[];
  readonly usedBy: readonly string[];
}

interface NewSecret {
  readonly name: string;
  readonly value: Buffer;
  readonly project?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * Stores the first version of a secret, encrypted. Throws `secret_exists`, `no_such_project`, `registry_key`,
 * `invalid`.
 */
export async function createSecret(
  cluster: Cluster,
  { name, value, project, labels = {} }: NewSecret,
  { name: createdBy }: Principal,
): Promise<NamedSecret> {
  const { store, clock } = cluster;
  refuseUnknownProject(cluster, { project });
  const all = await store.list('secret');
  if (all.length >= maxSecrets) {
    throw new SatsumaError('invalid', `there are ${maxSecrets} secrets already: remove one first`);
  }
  const createdAt = new Date(clock.now()).toISOString();
  const record: SecretRecord = {
    ...{ version: 1, createdAt, updatedAt: createdAt, ...(project && { project }) },
    ...(Object.keys(labels).length > 0 && { labels }),
  };
  const version = await encrypted(cluster, { name, version: 1, value, createdAt, createdBy });
  const written = await store.write([
    { kind: 'secret', id: name, value: record, ifVersion: 0 },
    { kind: 'secret-version', id: secretVersionId(name, 1), value: version },
  ]);
  if (!written.ok) throw new SatsumaError('secret_exists', `there is a secret ${name} already: update it instead`);
  cluster.logger.info({ secret: name, version: 1 }, 'secret created');
  return { name, ...record };
}

/**
 * Stores the next version, and restarts each service that uses the latest version. Throws `no_such_secret`,
 * `secret_changed`, `registry_key`, `invalid`.
 */
export async function updateSecret(
  cluster: Cluster,
  { name, value }: { readonly name: string; readonly value: Buffer },
  { name: createdBy }: Principal,
): Promise<NamedSecret & { readonly services: readonly string[] }> {
  const { store, clock, logger } = cluster;
  const found = await store.read('secret', name);
  if (!found) throw noSecret(name);
  const version = found.value.version + 1;
  if (version > maxSecretVersions) {
    throw new SatsumaError('invalid', `secret ${name} has ${maxSecretVersions} versions: create another one`);
  }
  const updatedAt = new Date(clock.now()).toISOString();
  const record: SecretRecord = { ...found.value, version, updatedAt };
  const made = await encrypted(cluster, { name, version, value, createdAt: updatedAt, createdBy });
  const written = await store.write([
    { kind: 'secret', id: name, value: record, ifVersion: found.version },
    { kind: 'secret-version', id: secretVersionId(name, version), value: made },
  ]);
  if (!written.ok) throw new SatsumaError('secret_changed', `secret ${name} was changed concurrently: try again`);
  logger.info({ secret: name, version }, 'secret updated');
  return { name, ...record, services: await exchangeReplicas(cluster, name) };
}

/** Sorted by name. */
export async function listSecrets({ store }: Cluster): Promise<NamedSecret[]> {
  return (await store.list('secret')).map(({ id, value }) => ({ name: id, ...value }));
}

/** Throws `no_such_secret`. */
export async function inspectSecret(cluster: Cluster, name: string, scope?: Scope): Promise<InspectedSecret> {
  const { store } = cluster;
  const found = await store.read('secret', name);
  if (!found) throw noSecret(name);
  const numbers = Array.from({ length: found.value.version }, (_, index) => index + 1);
  const versions = await Promise.all(
    numbers.map(async (version) => {
      const read = await store.read('secret-version', secretVersionId(name, version));
      return read ? [{ version, createdAt: read.value.createdAt, createdBy: read.value.createdBy }] : [];
    }),
  );
  return { name, ...found.value, versions: versions.flat(), usedBy: await usersOfSecret(cluster, name, scope) };
}

/** Removes all its versions. Throws `no_such_secret`, `secret_in_use`, `secret_changed`. */
export async function removeSecret(cluster: Cluster, name: string): Promise<void> {
  const { store, logger } = cluster;
  const found = await store.read('secret', name);
  if (!found) throw noSecret(name);
  const [user] = await usersOfSecret(cluster, name);
  if (user !== undefined) throw new SatsumaError('secret_in_use', `secret ${name} is in use by ${user}`);
  const numbers = Array.from({ length: found.value.version }, (_, index) => index + 1);
  const written = await store.write([
    { kind: 'secret', id: name, ifVersion: found.version },
    ...numbers.map((version) => ({ kind: 'secret-version', id: secretVersionId(name, version) }) as const),
  ]);
  if (!written.ok) throw new SatsumaError('secret_changed', `secret ${name} was changed concurrently: try again`);
  logger.info({ secret: name }, 'secret removed');
}

interface NewVersion extends Pick<SecretVersion, 'createdAt' | 'createdBy'> {
  readonly name: string;
  readonly version: number;
  readonly value: Buffer;
}

async function encrypted(
  { store, registryKey }: Cluster,
  { name, version, value, ...made }: NewVersion,
): Promise<SecretVersion> {
  const box = await registryKey({ isNew: !(await hasEncrypted(store)) });
  return { value: box.encrypt(value.toString('base64'), secretContext(name, version)), ...made };
}

async function exchangeReplicas(cluster: Cluster, name: string): Promise<string[]> {
  await cluster.cache.catchUp();
  const exchanged: string[] = [];
  for (const { id, value } of cluster.cache.services.all()) {
    const files = value.spec.image.secrets ?? [];
    if (value.isRemoved || !files.some((file) => file.name === name && file.version === undefined)) continue;
    try {
      await restartService(cluster, id);
      exchanged.push(id);
    } catch (error) {
      if (!isSatsumaError(error)) throw error;
      cluster.logger.warn({ err: error, service: id, secret: name }, 'service not restarted for a new secret');
    }
  }
  return exchanged;
}
