import type Docker from 'dockerode';
import type { ImageConfig } from '../../model/image-config.ts';
import { secretsFolder, secretsFolderMiB } from '../../model/secret.ts';

const options = [`size=${secretsFolderMiB}m`, 'mode=0755', 'nosuid', 'nodev', 'noexec'].join(',');

/**
 * The body with a folder for the secrets of the container: a volume in memory. Docker's own tmpfs of a container would be empty
 * until its process runs. It is Satsuma's, so no policy is asked.
 */
export function withSecretsFolder(
  body: Docker.ContainerCreateOptions,
  { secrets = [] }: Pick<ImageConfig, 'secrets'>,
): Docker.ContainerCreateOptions {
  if (secrets.length === 0) return body;
  const mount = {
    Type: 'volume',
    Source: '',
    Target: secretsFolder,
    VolumeOptions: {
      NoCopy: true,
      Labels: {},
      DriverConfig: { Name: 'local', Options: { type: 'tmpfs', device: 'tmpfs', o: options } },
    },
  } as const;
  const { Mounts = [], ...host } = body.HostConfig ?? {};
  return { ...body, HostConfig: { ...host, Mounts: [...Mounts, mount] } };
}
