import type { EngineClient } from '../../engines/engine-client.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { ignoreNotFound } from '../../model/ignore-not-found.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { isInMemory, secretHolderLabel, secretsFolder } from '../../model/secret.ts';
import { pause } from '../../runtime/pause.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type ReadSecret, readSecrets } from './read-secrets.ts';
import { diskArchive, HeldArchive } from './secret-archive.ts';

/** A container with its image config. */
export interface SecretUser {
  readonly id: string;
  readonly image: Pick<ImageConfig, 'name' | 'secrets'>;
}

/** The last file of the archive. */
const marker = '..satsuma';
const againMs = 20;
const maxMs = 30_000;

/**
 * Starts a stopped container with its secrets in place before its process runs. The secrets folder is a tmpfs volume,
 * which Docker mounts while it is in use. A helper container with the same volume, which never runs, receives the files
 * in an archive whose end is held back: the volume stays mounted until the actual container uses it. Only files with an
 * absolute target are written to disk, into the container itself. Throws `no_such_secret`, `registry_key`, and the engine's error.
 */
export async function startWithSecrets(
  cluster: Pick<Cluster, 'store' | 'registryKey' | 'logger'>,
  client: EngineClient,
  { id, image }: SecretUser,
  start: () => Promise<void>,
): Promise<void> {
  if (image.secrets === undefined || image.secrets.length === 0) return await start();
  const read = await readSecrets(cluster, image);
  const secrets = read.filter(isInMemory);
  await writeToDisk(
    client,
    id,
    read.filter((each) => !isInMemory(each)),
  );
  if (secrets.length === 0) return await start();
  const holder = await makeHolder(client, id, image);
  try {
    await withFilledSecrets(client, { id, holder, secrets }, start);
  } finally {
    await client.removeContainer(holder, { unlessRunning: true }).catch((error: unknown) => {
      if (isSatsumaError(error, 'no_such_container')) return;
      cluster.logger.warn({ err: error, containerId: holder }, 'helper container of a secrets folder not removed');
    });
  }
}

/** Writes the files at each start, so that one that was changed or deleted in the container is there again. */
async function writeToDisk(client: EngineClient, id: string, files: readonly ReadSecret[]): Promise<void> {
  if (files.length === 0) return;
  const timeout = AbortSignal.timeout(maxMs);
  await client
    .putArchive(id, { path: '/', noOverwriteDirNonDir: true }, diskArchive(files), timeout)
    .catch((cause: unknown) => {
      if (!timeout.aborted) throw cause;
      throw new SatsumaError('engine_timeout', 'the engine did not write the files of a container in 30 s', { cause });
    });
}

async function makeHolder(client: EngineClient, id: string, { name }: Pick<ImageConfig, 'name'>): Promise<string> {
  // Removes leftovers of a killed server.
  const left = await client.listContainers({ label: `${secretHolderLabel}=${id}` });
  for (const each of left) await client.removeContainer(each.id, { unlessRunning: true }).catch(ignoreNotFound);
  return await client.createContainer({
    image: { name, args: ['none'], type: 'multi', restart_policy: {}, network_mode: 'none', volumes_from: [id] },
    name: `satsuma-secrets-${id.slice(0, 12)}`,
    labels: { [secretHolderLabel]: id },
    maximumCpus: 1,
  });
}

interface Filling {
  readonly id: string;
  readonly holder: string;
  readonly secrets: readonly ReadSecret[];
}

async function withFilledSecrets(
  client: EngineClient,
  { id, holder, secrets }: Filling,
  start: () => Promise<void>,
): Promise<void> {
  const archive = new HeldArchive(secrets, marker);
  const broken = new AbortController();
  const put = client.putArchive(holder, { path: secretsFolder }, archive.bytes(), broken.signal);
  put.catch(() => undefined);
  try {
    const early = put.then(() => {
      throw new SatsumaError('engine_failed', 'the engine did not wait for the end of an archive of secrets');
    });
    await Promise.race([early, untilMarked(client, id)]);
    await start();
    archive.end();
    // All files are in place: the rest of the archive does not matter.
    await put.catch(() => undefined);
  } finally {
    broken.abort();
  }
}

/** Waits for the marker, which comes last. */
async function untilMarked(client: EngineClient, id: string): Promise<void> {
  const deadline = performance.now() + maxMs;
  for (;;) {
    try {
      await client.statPath(id, `${secretsFolder}/${marker}`);
      return;
    } catch (error) {
      if (!isSatsumaError(error, 'no_such_path')) throw error;
      if (performance.now() > deadline)
        throw new SatsumaError('engine_timeout', 'the engine did not unpack the secrets of a container in 30 s');
    }
    await pause(againMs, AbortSignal.timeout(maxMs));
  }
}
