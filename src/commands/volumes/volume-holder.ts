import { randomBytes } from 'node:crypto';
import type { EngineClient } from '../../engines/engine-client.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';

/** Where the volume is in the container. */
export const holderPath = '/satsuma-volume';

/** A container that has a volume and never runs: Docker reads and writes the files of containers, not of volumes. */
export interface VolumeHolder {
  readonly id: string;
  readonly client: EngineClient;
  remove(): Promise<void>;
}

/** Throws `no_such_image` where the engine has no image to make it of. */
export async function holdVolume(
  { pool, logger }: Pick<Cluster, 'pool' | 'logger'>,
  engine: EngineRecord,
  volume: string,
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
    name: `satsuma-volume-copy-${randomBytes(6).toString('hex')}`,
    labels: { 'satsuma.volume-copy': volume },
    maximumCpus: engine.cpus,
  });
  const remove = async () => {
    await client.removeContainer(id).catch((error: unknown) => {
      logger.warn({ err: error, engineId: engine.id, containerId: id }, 'container of a copied volume not removed');
    });
  };
  return { id, client, remove };
}
