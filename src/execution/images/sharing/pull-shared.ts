import type { EngineRecord } from '../../../model/engine.ts';
import type { PullProgress } from '../../../model/engine-image.ts';
import { isSatsumaError } from '../../../model/errors.ts';
import type { ImageShare } from '../../../model/image-share.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { idOf } from '../../archives/send-archive.ts';
import type { PullReport } from '../pull-report.ts';
import type { ImageFeed } from './image-feed.ts';
import { withFeed } from './image-feeds.ts';
import { endOfPull, type LeadPull, leadOrJoin, shareKey } from './lead-pull.ts';

/** A pull that started earlier than this may have resolved the tag to an older image. */
const sameMomentMs = 10_000;

export type PullStatus = 'pulled' | 'current';

export interface SharedPull {
  readonly name: string;
  readonly platform: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PullProgress) => void;
  readonly report: PullReport;
  /** Pulls from the registry; reports progress, which keeps the others waiting. */
  readonly pull: (onProgress?: () => void) => Promise<PullStatus>;
}

/**
 * Pulls for all engines that want the same image now, or receives it from an engine that pulls it. Sharing failures
 * never fail the pull: the engine then uses the registry. Throws the errors of `pull`.
 */
export async function pullShared(cluster: Cluster, engine: EngineRecord, shared: SharedPull): Promise<PullStatus> {
  const askedAt = cluster.clock.now();
  const key = shareKey(engine, shared.name, shared.platform);
  if (key === undefined) return await shared.pull();
  const joined = await undefinedIfSharingFails(cluster, engine, shared, () => leadOrJoin(cluster, key, engine.id));
  if (joined?.lead) return await leadPull(cluster, engine, shared, joined.lead);
  const share = joined?.share;
  // The same engine coalesces pulls itself.
  if (!share || share.engine === engine.id) return await shared.pull();
  const source = { id: share.id, engine: share.engine, image: shared.name };
  const wait = (signal: AbortSignal) => endOfPull(cluster, { key, share }, signal);
  const given = await undefinedIfSharingFails(cluster, engine, shared, () =>
    withFeed(cluster, source, async (feed) => {
      shared.onProgress({ status: `Waiting for engine ${share.engine}` });
      const imageId = await feed.pulled(wait, shared.signal);
      return imageId === undefined ? undefined : await receive(cluster, engine, shared, { share, imageId, feed });
    }),
  );
  if (given?.isNamed && askedAt - Date.parse(share.startedAt) < sameMomentMs) {
    const { name: image } = shared;
    cluster.logger.info({ engineId: engine.id, image, from: share.engine }, 'image given by another engine');
    return given.status;
  }
  shared.report.comesFrom(undefined);
  // Asks the registry for the current image; its layers are already on the engine.
  const status = await shared.pull();
  return given?.status ?? status;
}

/** Copies the image of another engine's pull. */
async function receive(
  cluster: Cluster,
  engine: EngineRecord,
  shared: SharedPull,
  { share, imageId, feed }: { readonly share: ImageShare; readonly imageId: string; readonly feed: ImageFeed },
): Promise<{ readonly status: PullStatus; readonly isNamed: boolean }> {
  const { name } = shared;
  const client = cluster.pool.client(engine);
  if ((await idOf(client, name)) === imageId) return { status: 'current', isNamed: true };
  await copyFrom(share.engine, { engine, feed }, shared);
  // Only a registry pull adds a name with a digest.
  return { status: 'pulled', isNamed: (await idOf(client, name)) === imageId };
}

/** Copies the image of an engine, with progress. Throws as `ImageFeed.send`. */
export async function copyFrom(
  sender: string,
  { engine, feed }: { readonly engine: EngineRecord; readonly feed: ImageFeed },
  { signal, onProgress, report }: Pick<SharedPull, 'signal' | 'onProgress' | 'report'>,
): Promise<void> {
  report.comesFrom(sender);
  let current = 0;
  await feed.send(engine, signal, (bytes) => {
    current += bytes;
    onProgress({ status: `Copying from engine ${sender}`, current });
  });
}

async function leadPull(
  cluster: Cluster,
  engine: EngineRecord,
  { name, pull }: SharedPull,
  lead: LeadPull,
): Promise<PullStatus> {
  let imageId: unknown;
  try {
    const status = await pull(() => lead.touch());
    imageId = await idOf(cluster.pool.client(engine), name).catch(() => undefined);
    return status;
  } finally {
    await lead.end(typeof imageId === 'string' ? imageId : undefined);
  }
}

/** Returns undefined if the sharing failed. Throws errors of the pull itself, such as its cancellation. */
async function undefinedIfSharingFails<T>(
  { logger }: Cluster,
  { id: engineId }: EngineRecord,
  { name, signal }: SharedPull,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!isSatsumaError(error)) throw error;
    logger.info({ err: error, engineId, image: name }, 'pull not shared');
    return undefined;
  }
}
