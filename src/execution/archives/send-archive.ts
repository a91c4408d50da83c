import type { EngineClient } from '../../engines/engine-client.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import { chainsOf } from './archived-images.ts';
import type { ArchivedImage, ImageArchive } from './image-archive.ts';
import { writeArchive } from './write-archive.ts';

/** An engine with more images is only asked about the first ones: it may receive layers that it has. */
const maxImages = 1_000;
const inspectionsAtOnce = 8;
const nothing: ReadonlySet<string> = new Set();

interface SendOptions {
  readonly signal: AbortSignal;
  /** Called when the engine has accepted bytes. */
  readonly onSent: (bytes: number) => void;
}

/**
 * Sends an archive's images to an engine, without the layers that it has. An engine that rejects a partial archive gets
 * the whole. `present`: it had everything. Throws the engine's error.
 */
export async function sendArchive(
  client: EngineClient,
  archive: ImageArchive,
  options: SendOptions,
): Promise<'present' | 'loaded'> {
  const { signal } = options;
  if (await hasAll(client, archive.images, signal)) return 'present';
  const chains = await knownChains(client, signal);
  const leftOut = archive.knownEntries((chainId) => chains.has(chainId));
  if (leftOut.size > 0 && (await sendLayers(client, archive, leftOut, options))) return 'loaded';
  signal.throwIfAborted();
  await load(client, archive, nothing, options);
  return 'loaded';
}

/** Adds missing names. */
async function hasAll(client: EngineClient, images: readonly ArchivedImage[], signal: AbortSignal): Promise<boolean> {
  for (const { id } of images) {
    signal.throwIfAborted();
    if ((await idOf(client, id)) !== id) return false;
  }
  for (const { id, tags } of images) {
    for (const tag of tags) {
      signal.throwIfAborted();
      if ((await idOf(client, tag)) !== id) await client.tagImage(id, tag);
    }
  }
  return true;
}

/** The id of the engine's image with a name or id; undefined: there is none. */
export async function idOf(client: Pick<EngineClient, 'inspectImage'>, name: string): Promise<unknown> {
  try {
    return (await client.inspectImage(name)).Id;
  } catch (error) {
    if (isSatsumaError(error, 'no_such_image')) return undefined;
    throw error;
  }
}

/** The chain ids of all layers of the engine's images. */
async function knownChains(client: EngineClient, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const chains = new Set<string>();
  const semaphore = new Semaphore(inspectionsAtOnce);
  signal.throwIfAborted();
  const images = (await client.listEngineImages()).slice(0, maxImages);
  await Promise.all(
    images.map(({ id }) =>
      semaphore.run(async () => {
        signal.throwIfAborted();
        for (const chain of chainsOf(await client.listImageLayers(id))) chains.add(chain);
      }),
    ),
  );
  return chains;
}

/** False: it was rejected, or the images are missing afterwards, for example because a layer was removed meanwhile. */
async function sendLayers(
  client: EngineClient,
  archive: ImageArchive,
  leftOut: ReadonlySet<string>,
  options: SendOptions,
): Promise<boolean> {
  try {
    await load(client, archive, leftOut, options);
  } catch (error) {
    options.signal.throwIfAborted();
    if (isSatsumaError(error, 'engine_refused', 'engine_failed')) return false;
    throw error;
  }
  for (const { id, tags } of archive.images) {
    for (const name of tags.length > 0 ? tags : [id]) {
      options.signal.throwIfAborted();
      if ((await idOf(client, name)) === undefined) return false;
    }
  }
  return true;
}

async function load(
  client: EngineClient,
  archive: ImageArchive,
  leftOut: ReadonlySet<string>,
  { signal, onSent }: SendOptions,
): Promise<void> {
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const bytes of writeArchive(archive, leftOut)) {
      yield bytes;
      onSent(bytes.length);
    }
  }
  await client.loadImages(counted(), signal);
}
