import type { EngineRecord } from '../../model/engine.ts';
import type { EngineImage } from '../../model/engine-image.ts';
import { SatsumaError } from '../../model/errors.ts';
import { canonicalImageName, imageNames } from '../../model/image-name.ts';
import { neededImages } from '../../model/image-needs.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { EngineChoice } from '../each-engine.ts';
import { type Pruned, pruneOnEngines } from '../prune-on-engines.ts';
import { type ImageUses, imageUses } from './image-uses.ts';
import { isNamed } from './list-engine-images.ts';

export interface PruneOptions extends EngineChoice {
  /** Nothing is removed. */
  readonly isDryRun: boolean;
  /** Only images without a name. */
  readonly isDangling: boolean;
}

/**
 * Removes images that no container of the engine uses and nothing names. What is not known for certain is kept. Throws
 * `no_such_engine`, `store_unavailable`.
 */
export async function pruneEngineImages(
  cluster: Cluster,
  { isDangling, ...options }: PruneOptions,
): Promise<Pruned<EngineImage>> {
  const uses = await imageUses(cluster);
  return await pruneOnEngines<EngineImage>(cluster, {
    ...options,
    look: async (engine) => {
      const [images, used] = await Promise.all([
        cluster.pool.client(engine).listEngineImages(),
        usedOn(cluster, engine),
      ]);
      return {
        candidates: images.filter(({ tags }) => !isDangling || tags.length === 0),
        reasonToKeep: (image) => used.find(({ imageName }) => isOf(image, imageName))?.reason ?? reasonIn(uses, image),
      };
    },
    remove: async (engine, image) => {
      const client = cluster.pool.client(engine);
      for (const name of image.tags.length > 0 ? image.tags : [image.id]) await client.removeImage(name);
      cluster.logger.info({ engineId: engine.id, imageId: image.id }, 'image pruned');
    },
    goneCode: 'no_such_image',
    inUseCode: 'image_in_use',
  });
}

/** The images of containers, of which the engine or a record tells. */
async function usedOn(
  { cache, pool }: Cluster,
  engine: EngineRecord,
): Promise<readonly { readonly imageName: string; readonly reason: string }[]> {
  const containers = await pool.client(engine).listContainers();
  if (containers.leftOut !== undefined || containers.some(({ imageName }) => imageName === '')) {
    const sentence = `engine ${engine.id} does not tell the images of all its containers: nothing is removed there`;
    throw new SatsumaError('engine_refused', sentence);
  }
  return [
    ...containers.map(({ name, imageName }) => ({ imageName, reason: `container ${name}` })),
    ...cache
      .reservations(engine.id)
      .flatMap(({ name, image }) =>
        neededImages(image).map((imageName) => ({ imageName, reason: `container ${name}` })),
      ),
  ];
}

function isOf(image: EngineImage, name: string): boolean {
  return imageNames(name).some((each) => isNamed(image, each)) || isNamed(image, name);
}

function reasonIn(uses: ImageUses, image: EngineImage): string | undefined {
  for (const name of [...image.tags, ...image.digests]) {
    const reason = uses.get(canonicalImageName(name));
    if (reason !== undefined) return reason;
  }
  // A beginning of its id names it, too.
  for (const [name, reason] of uses) if (isNamed(image, name)) return reason;
  return undefined;
}
