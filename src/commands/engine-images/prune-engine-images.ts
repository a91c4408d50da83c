import type { EngineClient } from '../../engines/engine-client.ts';
import type { EngineRecord } from '../../model/engine.ts';
import type { EngineImage, ImageRemoval } from '../../model/engine-image.ts';
import { SatsumaError } from '../../model/errors.ts';
import { canonicalImageName, imageNames, isImageId } from '../../model/image-name.ts';
import { neededImages } from '../../model/image-needs.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { EngineChoice } from '../each-engine.ts';
import { type Pruned, pruneOnEngines } from '../prune-on-engines.ts';
import { type ImageUses, imageUses } from './image-uses.ts';
import { isNamed } from './list-engine-images.ts';

interface PruneOptions extends EngineChoice {
  /** Removes nothing. */
  readonly isDryRun: boolean;
  /** Only images without a name. */
  readonly isDangling: boolean;
  /** Only these; left out: all. */
  readonly isSelected?: (image: EngineImage) => boolean;
}

export interface PrunedImages extends Pruned<EngineImage> {
  /** In the engines' words; empty of a dry run. */
  readonly removals: readonly ImageRemoval[];
}

/**
 * Removes images that no container of the engine uses and no document references. In doubt an image is kept. Throws
 * `no_such_engine`, `store_unavailable`.
 */
export async function pruneEngineImages(
  cluster: Cluster,
  { isDangling, isSelected = () => true, ...options }: PruneOptions,
): Promise<PrunedImages> {
  const uses = imageUses(cluster);
  await uses.current();
  const removals: ImageRemoval[] = [];
  const pruned = await pruneOnEngines<EngineImage>(cluster, {
    ...options,
    survey: async (engine) => {
      const [images, used] = await Promise.all([
        cluster.pool.client(engine).listEngineImages(),
        usedByContainers(cluster, engine),
      ]);
      return {
        candidates: images.filter((image) => (!isDangling || image.tags.length === 0) && isSelected(image)),
        reasonToKeep: async (image) => {
          const named = reasonIn(await uses.current(), image);
          const all = [...used, ...usedByReservations(cluster, engine)];
          return all.find(({ imageName }) => isOf(image, imageName))?.reason ?? named;
        },
      };
    },
    remove: async (engine, image) => {
      const client = cluster.pool.client(engine);
      for (const name of await removable(client, image)) removals.push(await client.removeImage(name));
      cluster.logger.info({ engineId: engine.id, imageId: image.id }, 'image pruned');
    },
    goneCode: 'no_such_image',
    inUseCode: 'image_in_use',
  });
  return { ...pruned, removals };
}

/**
 * The image's current names, so that a name which another image got since is not removed. Throws `image_in_use`,
 * `no_such_image`.
 */
async function removable(client: Pick<EngineClient, 'inspectImage'>, { id, tags }: EngineImage): Promise<string[]> {
  if (tags.length === 0) return [id];
  const { RepoTags: now } = await client.inspectImage(id);
  const names = (Array.isArray(now) ? now.map(String) : [])
    .filter((name) => name !== '<none>:<none>')
    .map(canonicalImageName);
  const other = names.find((name) => !tags.some((tag) => canonicalImageName(tag) === name));
  if (other !== undefined) throw new SatsumaError('image_in_use', `it was tagged ${other} meanwhile`);
  return names.length > 0 ? names : [id];
}

interface Use {
  readonly imageName: string;
  readonly reason: string;
}

async function usedByContainers({ pool }: Cluster, engine: EngineRecord): Promise<readonly Use[]> {
  const containers = await pool.client(engine).listContainers();
  if (containers.leftOut !== undefined || containers.some(({ imageName }) => imageName === '')) {
    const sentence = `engine ${engine.id} does not report the images of all its containers: nothing is removed there`;
    throw new SatsumaError('engine_refused', sentence);
  }
  return containers.map(({ name, imageName }) => ({ imageName, reason: `container ${name}` }));
}

/** The images of existing containers, and of those that are being created. */
function usedByReservations({ cache }: Cluster, engine: EngineRecord): readonly Use[] {
  return cache
    .reservations(engine.id)
    .flatMap(({ name, image }) => neededImages(image).map((imageName) => ({ imageName, reason: `container ${name}` })));
}

function isOf(image: EngineImage, name: string): boolean {
  return imageNames(name).some((each) => isNamed(image, each)) || isNamed(image, name);
}

function reasonIn(uses: ImageUses, image: EngineImage): string | undefined {
  for (const name of [...image.tags, ...image.digests]) {
    const reason = uses.get(canonicalImageName(name));
    if (reason !== undefined) return reason;
  }
  // A prefix of its id counts as a reference, too.
  for (const [name, reason] of uses) if (isImageId(name) && isNamed(image, name)) return reason;
  return undefined;
}
