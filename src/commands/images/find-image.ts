import { SatsumaError } from '../../model/errors.ts';
import { type ImageConfig, projectOf } from '../../model/image-config.ts';
import { conflictOf } from '../../model/image-conflict.ts';
import { keptNumbers } from '../../model/kept-numbers.ts';
import { deriveImage, type ImageRequest, type SavedImage } from '../../model/saved-image.ts';
import { hasProject, type Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';

export interface NamedImage extends SavedImage {
  readonly name: string;
}

/** Sorted by name; the last version of each. */
export async function listImages({ store }: Cluster): Promise<NamedImage[]> {
  return (await store.list('image')).map(({ id, value }) => ({ name: id, ...value }));
}

/** The latest version, or the requested one. Throws `no_such_image_config`. */
export async function findImage(
  { store }: Pick<Cluster, 'store'>,
  name: string,
  version?: number,
): Promise<NamedImage> {
  const found =
    version === undefined
      ? await store.read('image', name)
      : await store.read('image-version', versionId(name, version));
  if (!found) throw version === undefined ? noImageConfig(name) : await noVersion(store, name, version);
  return { name, ...found.value };
}

/**
 * The complete image config of a request, merged with the saved one that it refers to, which must be within the
 * caller's scope. Throws `no_such_image_config`, and `invalid` if the request conflicts with the saved config.
 */
export async function resolveImage(
  cluster: Pick<Cluster, 'store'>,
  request: ImageRequest,
  scope: Scope | undefined,
): Promise<ImageConfig> {
  if (!('from' in request)) return request;
  const [name = '', asked] = request.from.split('@');
  const version = asked === undefined ? undefined : Number(asked);
  await refuseImageBeyond(cluster, scope, name, version);
  const saved = await findImage(cluster, name, version);
  const image = deriveImage(saved.image, request);
  const conflict = conflictOf(image);
  if (conflict) throw new SatsumaError('invalid', `"${conflict.field}" ${conflict.reason} (with image config ${name})`);
  return image;
}

/** Checks the latest version and the requested one. Throws `no_such_image_config`. */
export async function refuseImageBeyond(
  cluster: Pick<Cluster, 'store'>,
  scope: Scope | undefined,
  name: string,
  version?: number,
): Promise<void> {
  if (!scope) return;
  const refuse = ({ image }: NamedImage) => {
    if (!hasProject(scope, projectOf(image))) throw noImageConfig(name);
  };
  // For configs outside the scope, not even the existence of versions is revealed.
  refuse(await findImage(cluster, name));
  if (version !== undefined) refuse(await findImage(cluster, name, version));
}

/** The document id of a version. Names have no `@`. */
export function versionId(name: string, version: number): string {
  return `${name}@${version}`;
}

export function noImageConfig(name: string): SatsumaError {
  return new SatsumaError('no_such_image_config', `no image config ${name} is saved`);
}

/** The error lists the versions that exist. */
async function noVersion(store: Cluster['store'], name: string, version: number): Promise<SatsumaError> {
  const last = await store.read('image', name);
  if (!last) return noImageConfig(name);
  const [first, ...others] = keptNumbers(last.value.kept, last.value.version);
  const there = others.length === 0 ? `it has ${first} only` : `it has ${first} to ${others.at(-1)}`;
  return new SatsumaError('no_such_image_config', `image config ${name} has no version ${version}: ${there}`);
}
