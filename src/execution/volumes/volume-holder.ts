import type { EngineClient } from '../../engines/engine-client.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { ignoreNotFound } from '../../model/ignore-not-found.ts';
import { volumeCopyLabel } from '../../model/volume-copy.ts';
import type { Cluster } from '../../state/cluster.ts';

/** The mount point of the volume. */
export const holderPath = '/satsuma-volume';

const namePrefix = 'satsuma-volume-copy-';

/** A helper container with a volume that never runs: Docker can only access files through containers. */
export interface VolumeHolder {
  readonly id: string;
  readonly client: EngineClient;
}

/**
 * `copyId`: the copy, which has one helper on each engine. Throws `no_such_image` if the engine has no image for it.
 */
export async function holdVolume(
  { pool }: Pick<Cluster, 'pool'>,
  engine: EngineRecord,
  { volume, copyId }: { readonly volume: string; readonly copyId: string },
): Promise<VolumeHolder> {
  const client = pool.client(engine);
  const [image] = await client.listImages();
  if (image === undefined) {
    const how = `satsuma pull --engine ${engine.id} IMAGE`;
    const why = 'a container is made of one to reach the volume, and never started';
    throw new SatsumaError('no_such_image', `engine ${engine.id} has no image (${why}): ${how}`);
  }
  const id = await client.createContainer({
    image: {
      name: image,
      args: ['none'],
      type: 'multi',
      restart_policy: {},
      network_mode: 'none',
      volumes: [`${volume}:${holderPath}:nocopy`],
    },
    name: `${namePrefix}${copyId}`,
    labels: { [volumeCopyLabel]: copyId },
    maximumCpus: engine.cpus,
  });
  return { id, client };
}

/** Includes leftovers of a killed server. */
export async function removeHolders(client: EngineClient, copyId: string): Promise<void> {
  const holders = await client.listContainers({ label: `${volumeCopyLabel}=${copyId}` });
  for (const { id } of holders) await client.removeContainer(id, { unlessRunning: true }).catch(ignoreNotFound);
}

/** Whether a container, by its name, is such a helper. */
export function isHolder(containerName: string): boolean {
  return containerName.startsWith(namePrefix);
}
