import { isDeepStrictEqual } from 'node:util';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { SavedImage } from '../../model/saved-image.ts';
import type { DocumentChange, Versioned } from '../../store/store.ts';
import type { Cluster } from '../cluster.ts';
import { noImageConfig, versionId } from './find-image.ts';

/** Saves an image config under a new name. Throws `image_config_exists`. */
export async function saveImage({ store }: Cluster, name: string, image: ImageConfig): Promise<SavedImage> {
  const saved: SavedImage = { version: 1, image, savedAt: new Date().toISOString() };
  const written = await store.write(changesFor(name, saved, 0));
  if (written.ok) return saved;
  throw new SatsumaError(
    'image_config_exists',
    `there is an image config ${name} already: PUT saves a new version of it`,
  );
}

/**
 * Saves the next version. `ifVersion`: the one that the caller saw last. What is there already is no new version. Throws
 * `no_such_image_config`, `image_config_changed`.
 */
export async function replaceImage(
  { store }: Cluster,
  name: string,
  { image, ifVersion }: { readonly image: ImageConfig; readonly ifVersion?: number | undefined },
): Promise<SavedImage> {
  const found = await store.read('image', name);
  if (!found) throw noImageConfig(name);
  if (ifVersion !== undefined && ifVersion !== found.value.version) throw changed(name, found);
  if (isDeepStrictEqual(image, found.value.image)) return found.value;
  const saved: SavedImage = { version: found.value.version + 1, image, savedAt: new Date().toISOString() };
  const written = await store.write(changesFor(name, saved, found.version));
  if (!written.ok) throw changed(name, found);
  return saved;
}

/** Removes all versions. What was run or made from them does not change. Throws `no_such_image_config`. */
export async function removeImage({ store }: Cluster, name: string): Promise<void> {
  const found = await store.read('image', name);
  if (!found) throw noImageConfig(name);
  const versions = Array.from({ length: found.value.version }, (_, index) => versionId(name, index + 1));
  const written = await store.write([
    { kind: 'image', id: name, ifVersion: found.version },
    ...versions.map((id) => ({ kind: 'image-version', id }) as const),
  ]);
  if (!written.ok) throw changed(name, found);
}

function changesFor(name: string, saved: SavedImage, ifVersion: number): DocumentChange[] {
  return [
    { kind: 'image', id: name, value: saved, ifVersion },
    { kind: 'image-version', id: versionId(name, saved.version), value: saved },
  ];
}

function changed(name: string, { value }: Versioned<SavedImage>): SatsumaError {
  return new SatsumaError(
    'image_config_changed',
    `image config ${name} was changed by somebody else, and has version ${value.version} or a later one: look at it and try again`,
  );
}
