import { isDeepStrictEqual } from 'node:util';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { keptCount, keptNumbers, pruneNumbers } from '../../model/kept-numbers.ts';
import type { SavedImage } from '../../model/saved-image.ts';
import { batches } from '../../runtime/batches.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { DocumentChange, Versioned } from '../../store/store.ts';
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
 * Saves the next version. `ifVersion`: the version that the caller last saw. An unchanged config makes no new version.
 * Throws `no_such_image_config`, `image_config_changed`.
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
  const version = found.value.version + 1;
  const { kept, gone } = pruneNumbers(found.value.kept, version);
  const saved: SavedImage = { version, image, savedAt: new Date().toISOString(), kept };
  const written = await store.write([...changesFor(name, saved, found.version), ...removals(name, gone)]);
  if (!written.ok) throw changed(name, found);
  return saved;
}

/** Removes all versions. Containers and services made from them do not change. Throws `no_such_image_config`. */
export async function removeImage({ store }: Cluster, name: string): Promise<void> {
  const found = await store.read('image', name);
  if (!found) throw noImageConfig(name);
  const versions = keptNumbers(found.value.kept, found.value.version);
  // Old versions first, so that a failed removal can be repeated.
  for (const batch of batches(versions.slice(0, -keptCount))) await store.write(removals(name, batch));
  const written = await store.write([
    { kind: 'image', id: name, ifVersion: found.version },
    ...removals(name, versions.slice(-keptCount)),
  ]);
  if (!written.ok) throw changed(name, found);
}

function removals(name: string, versions: readonly number[]): DocumentChange[] {
  return versions.map((version) => ({ kind: 'image-version', id: versionId(name, version) }));
}

function changesFor(name: string, saved: SavedImage, ifVersion: number): DocumentChange[] {
  const { version, image, savedAt } = saved;
  return [
    { kind: 'image', id: name, value: saved, ifVersion },
    { kind: 'image-version', id: versionId(name, saved.version), value: { version, image, savedAt } },
  ];
}

function changed(name: string, { value }: Versioned<SavedImage>): SatsumaError {
  return new SatsumaError(
    'image_config_changed',
    `image config ${name} was changed concurrently, and has version ${value.version} or a later one: check it and try again`,
  );
}
