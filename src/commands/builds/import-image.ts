import type { LoadLine } from '../../api/engine-image.ts';
import { redactDaemonMessage } from '../../model/daemon-message.ts';
import { isImageId, readDockerProgress } from '../../model/docker-progress.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { loadEngineImages } from '../engine-images/load-engine-images.ts';
import { saveEngineImage } from '../engine-images/save-engine-image.ts';
import { emptiestEngine } from '../engines/emptiest-engine.ts';
import { relayToEngine } from '../relay/relay-to-engine.ts';

/** Importing says nothing until the whole file system is there. */
const silentMs = 600_000;
const maxText = 64 * 1024;

interface ImportRequest {
  /** Docker's own, without the source. */
  readonly query: URLSearchParams;
  readonly version: string | undefined;
  /** With a tag; left out: the image has no name. */
  readonly name?: string | undefined;
  /** A file system, as a tar archive. */
  readonly archive: AsyncIterable<Buffer>;
}

export interface ImportedImage {
  readonly id: string;
  /** Its way to the other engines. */
  readonly lines: AsyncIterable<LoadLine>;
}

/**
 * Makes an image of a file system on one engine, and loads it on all others, so that it is one image with one ID. Resolves when the first engine has
 * it. Throws `unschedulable`, and what that engine failed with.
 */
export async function importImage(
  cluster: Cluster,
  { query, version, name, archive }: ImportRequest,
  signal: AbortSignal,
): Promise<ImportedImage> {
  await cluster.cache.catchUp();
  const engine = emptiestEngine(cluster);
  query.set('fromSrc', '-');
  const headers = { 'content-type': 'application/x-tar' };
  const asked = { method: 'POST', path: '/images/create', query, version, headers, body: archive } as const;
  const call = { ...asked, use: 'transfers', limitMs: silentMs } as const;
  const { bytes } = await relayToEngine(cluster, engine, call, signal);
  const id = importedIn(await textOf(bytes));
  cluster.logger.info({ engineId: engine.id, imageId: id }, 'image imported');
  const others = cluster.cache.engines().filter((each) => each.id !== engine.id);
  return { id, lines: others.length === 0 ? none() : onOthers() };

  async function* onOthers(): AsyncGenerator<LoadLine> {
    const open = (until: AbortSignal) => saveEngineImage(cluster, { name: name ?? id, engine: engine.id }, until);
    yield* loadEngineImages(cluster, { to: others.map((each) => each.id), open }, signal);
  }
}

async function* none(): AsyncGenerator<LoadLine> {}

async function textOf(bytes: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of bytes) {
    text += chunk.toString();
    if (text.length > maxText) throw new SatsumaError('engine_refused', 'the engine gave an answer that is too long');
  }
  return text;
}

/** The ID in the last line of the engine's answer. Throws `engine_refused` with its own words. */
function importedIn(text: string): string {
  const lines = text.split('\n').flatMap((line) => readDockerProgress(line) ?? []);
  const failure = lines.find((line) => line.failure !== undefined)?.failure;
  const id = lines.findLast(({ status }) => status !== undefined)?.status;
  if (failure === undefined && isImageId(id)) return id;
  const sentence = failure === undefined ? 'the engine did not tell which image it made' : redactDaemonMessage(failure);
  throw new SatsumaError('engine_refused', sentence);
}
