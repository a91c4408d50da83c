import type Docker from 'dockerode';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { isInMemory, secretsFolder, secretsFolderMiB, secretsVolumeLabel } from '../../model/secret.ts';
import { isAnonymousVolume } from '../../model/volume.ts';
import type { VolumeOperations } from '../volume-operations.ts';
import { namedVolumes } from './policy/check-mounts.ts';

const options = [`size=${secretsFolderMiB}m`, 'mode=0755', 'nosuid', 'nodev', 'noexec'].join(',');

/**
 * Adds an in-memory volume for the container's secrets, unless all of them are files elsewhere. A tmpfs mount would be empty until the process runs. Not
 * subject to policies, because Satsuma adds it.
 */
export function withSecretsFolder(
  body: Docker.ContainerCreateOptions,
  { secrets = [] }: Pick<ImageConfig, 'secrets'>,
): Docker.ContainerCreateOptions {
  if (!secrets.some(isInMemory)) return body;
  const mount = {
    Type: 'volume',
    Source: '',
    Target: secretsFolder,
    VolumeOptions: {
      NoCopy: true,
      Labels: { [secretsVolumeLabel]: 'true' },
      DriverConfig: { Name: 'local', Options: { type: 'tmpfs', device: 'tmpfs', o: options } },
    },
  } as const;
  const { Mounts = [], ...host } = body.HostConfig ?? {};
  return { ...body, HostConfig: { ...host, Mounts: [...Mounts, mount] } };
}

/**
 * Refuses volumes that hold the secrets of another container. The engine generates the names of such volumes, so other
 * names are not checked. Throws `forbidden`.
 */
export async function refuseSecretsFolders(
  engine: Pick<VolumeOperations, 'inspectVolume'>,
  { HostConfig = {} }: Docker.ContainerCreateOptions,
): Promise<void> {
  const anonymous = namedVolumes({ ...HostConfig }).filter(isAnonymousVolume);
  const volumes = await Promise.all(anonymous.map((name) => engine.inspectVolume(name).catch(ignoreAbsent)));
  const folder = volumes.find((volume) => volume && Object.hasOwn(volume.labels, secretsVolumeLabel));
  if (!folder) return;
  throw new SatsumaError(
    'forbidden',
    `the volume ${folder.name} holds the secrets of a container: no other container may mount it`,
  );
}

function ignoreAbsent(error: unknown): undefined {
  if (!isSatsumaError(error, 'no_such_volume')) throw error;
}
