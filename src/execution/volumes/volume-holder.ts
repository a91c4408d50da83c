import type { EngineClient } from '../../engines/engine-client.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { ignoreNotFound } from '../../model/ignore-not-found.ts';
import { volumeCopyLabel } from '../../model/volume-copy.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Where the volume is in the container. */
export const holderPath = '/satsuma-volume';

const namePrefix = 'satsuma-volume-copy-';

/** A container that has a volume and never runs: Docker reads and writes the files of containers, not of volumes. */
export interface VolumeHolder {
  readonly id: string;
  readonly client: EngineClient;
}

/** `copyId`: of the copy that it is for, which has one on each engine. Throws `no_such_image` where the engine has no image to make it of. */
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

/** Also what a server that was killed has left of that copy. */
export async function removeHolders(client: EngineClient, copyId: string): Promise<void> {
  const holders = await client.listContainers({ label: `${volumeCopyLabel}=${copyId}` });
  for (const { id } of holders) await client.removeContainer(id, { unlessRunning: true }).catch(ignoreNotFound);
}

/** Whether a container that has a volume, by its name, only reads or writes it for a copy. */
export function isHolder(containerName: string): boolean {
  return containerName.startsWith(namePrefix);
}
