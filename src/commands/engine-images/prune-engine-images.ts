import type { EngineRecord } from '../../model/engine.ts';
import type { EngineImage } from '../../model/engine-image.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { canonicalImageName, imageNames } from '../../model/image-name.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { EngineFailure } from '../../state/containers/ask-engines.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';
import { askEach, chooseEngines, type EngineChoice, failureOf } from './each-engine.ts';
import { type ImageUses, imageUses } from './image-uses.ts';
import { isNamed } from './list-engine-images.ts';

export interface PruneOptions extends EngineChoice {
  /** Nothing is removed. */
  readonly isDryRun: boolean;
  /** Only images without a name. */
  readonly isDangling: boolean;
}

export interface PrunedImage {
  readonly engineId: string;
  readonly image: EngineImage;
}

export interface Pruning {
  readonly removed: readonly PrunedImage[];
  readonly kept: readonly (PrunedImage & { readonly reason: string })[];
  readonly errors: readonly EngineFailure[];
}

/**
 * Removes images that no container of the engine uses and nothing names. What is not known for certain is kept. Throws
 * `no_such_engine`, `store_unavailable`.
 */
export async function pruneEngineImages(cluster: Cluster, options: PruneOptions): Promise<Pruning> {
  const engines = await chooseEngines(cluster, options);
  const uses = await imageUses(cluster);
  const { answers, errors } = await askEach(cluster, engines, (engine) => prune(cluster, engine, uses, options));
  return {
    removed: answers.flatMap(({ value }) => value.removed),
    kept: answers.flatMap(({ value }) => value.kept),
    errors: [...errors, ...answers.flatMap(({ value }) => value.errors)],
  };
}

async function prune(
  cluster: Cluster,
  engine: EngineRecord,
  uses: ImageUses,
  { isDryRun, isDangling }: PruneOptions,
): Promise<Pruning> {
  const client = cluster.pool.client(engine);
  const [images, containers] = await withEngineTimeout(
    Promise.all([client.listEngineImages(), client.listContainers()]),
    engine.id,
  );
  if (containers.leftOut !== undefined || containers.some(({ imageName }) => imageName === '')) {
    const sentence = `engine ${engine.id} does not tell the images of all its containers: nothing is removed there`;
    throw new SatsumaError('engine_refused', sentence);
  }
  const used = [
    ...containers.map(({ name, imageName }) => ({ imageName, reason: `container ${name}` })),
    ...cluster.cache.reservations(engine.id).map(({ name, image }) => ({
      ...{ imageName: image.name, reason: `container ${name}` },
    })),
  ];
  const removed: PrunedImage[] = [];
  const kept: (PrunedImage & { readonly reason: string })[] = [];
  try {
    for (const image of images) {
      const place = { engineId: engine.id, image };
      if (isDangling && image.tags.length > 0) continue;
      const reason = used.find(({ imageName }) => isOf(image, imageName))?.reason ?? reasonIn(uses, image);
      const refusal = reason ?? (isDryRun ? undefined : await remove(cluster, engine, image));
      if (refusal === undefined) removed.push(place);
      else kept.push({ ...place, reason: refusal });
    }
  } catch (error) {
    // What was removed before is removed.
    if (!isSatsumaError(error)) throw error;
    return { removed, kept, errors: [failureOf(cluster, engine.id, error)] };
  }
  return { removed, kept, errors: [] };
}

function isOf(image: EngineImage, name: string): boolean {
  return imageNames(name).some((each) => isNamed(image, each)) || isNamed(image, name);
}

function reasonIn(uses: ImageUses, { tags, digests }: EngineImage): string | undefined {
  for (const name of [...tags, ...digests]) {
    const reason = uses.get(canonicalImageName(name));
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Without force, so that the engine has the last word. Returns why it is still there. */
async function remove(cluster: Cluster, engine: EngineRecord, image: EngineImage): Promise<string | undefined> {
  const client = cluster.pool.client(engine);
  try {
    for (const name of image.tags.length > 0 ? image.tags : [image.id]) await client.removeImage(name);
    cluster.logger.info({ engineId: engine.id, imageId: image.id }, 'image pruned');
    return undefined;
  } catch (error) {
    // Somebody else removed it meanwhile.
    if (isSatsumaError(error, 'no_such_image')) return undefined;
    if (isSatsumaError(error, 'image_in_use')) return error.message;
    throw error;
  }
}
