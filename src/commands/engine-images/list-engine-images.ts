import type { EngineImage } from '../../model/engine-image.ts';
import { canonicalImageName, hasTag, imageRepository, isImageId } from '../../model/image-name.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { EngineFailure } from '../../state/containers/ask-engines.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';
import { askEach, chooseEngines } from '../each-engine.ts';

/** An image, and the engines that have it. */
export interface ClusterImage extends Omit<EngineImage, 'digests'> {
  readonly engines: readonly string[];
}

export interface ImageFilter {
  readonly engine?: string | undefined;
  /** A name, a repository, or the prefix of an id. */
  readonly name?: string | undefined;
}

interface ImageListing {
  readonly images: readonly ClusterImage[];
  readonly errors: readonly EngineFailure[];
}

/** The images of all engines or of one, requested now; sorted by name. Throws `no_such_engine`. */
export async function listEngineImages(cluster: Cluster, { engine, name }: ImageFilter): Promise<ImageListing> {
  const engines = await chooseEngines(cluster, { engines: engine === undefined ? undefined : [engine] });
  const { answers, errors } = await askEach(cluster, engines, (each) =>
    withEngineTimeout(cluster.pool.client(each).listEngineImages(), each.id),
  );
  const byId = new Map<string, { image: EngineImage; tags: Set<string>; engines: string[] }>();
  for (const { engine: each, value } of answers) {
    for (const image of value) {
      if (name !== undefined && !isListedBy(image, name)) continue;
      const row = byId.get(image.id) ?? { image, tags: new Set<string>(), engines: [] };
      byId.set(image.id, row);
      for (const tag of image.tags) row.tags.add(tag);
      row.engines.push(each.id);
    }
  }
  const images = [...byId.values()].map(({ image: { id, sizeBytes, createdAt }, tags, engines: owners }) => ({
    ...{ id, sizeBytes, createdAt, engines: owners },
    tags: [...tags].sort(),
  }));
  return { images: images.sort(byPlace), errors };
}

/** Like `docker images NAME`: a repository without a tag matches all of its tags. */
function isListedBy(image: EngineImage, name: string): boolean {
  if (isNamed(image, name)) return true;
  return !hasTag(name) && image.tags.some((tag) => imageRepository(tag) === imageRepository(name));
}

/** Whether the name or id refers to the image. */
export function isNamed({ id, tags, digests }: EngineImage, name: string): boolean {
  const canonical = canonicalImageName(name);
  if ([...tags, ...digests].some((each) => canonicalImageName(each) === canonical)) return true;
  return isImageId(name) && id.startsWith(`sha256:${name.replace(/^sha256:/, '')}`);
}

/** The sort key of an image: its first name, then its id. Images without a name come last. */
export function imagePlace({ tags: [name = '\uffff'], id }: ClusterImage): readonly [name: string, id: string] {
  return [name, id];
}

function byPlace(a: ClusterImage, b: ClusterImage): number {
  const [[firstName, firstId], [secondName, secondId]] = [imagePlace(a), imagePlace(b)];
  if (firstName !== secondName) return firstName < secondName ? -1 : 1;
  return firstId < secondId ? -1 : 1;
}
