import type { EngineRecord } from '../../../model/engine.ts';
import type { PullProgress } from '../../../model/engine-image.ts';
import { isSatsumaError } from '../../../model/errors.ts';
import type { ImageShare } from '../../../model/image-share.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { idOf } from '../../archives/send-archive.ts';
import type { PullReport } from '../pull-report.ts';
import type { ImageFeed } from './image-feed.ts';
import { withFeed } from './image-feeds.ts';
import { type LeadPull, leadOrJoin, shareKey } from './lead-pull.ts';

/** A pull that began so long before may have found an older image in the registry than is there now. */
const sameMomentMs = 10_000;

type PullStatus = 'pulled' | 'current';

export interface SharedPull {
  readonly name: string;
  readonly platform: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PullProgress) => void;
  readonly report: PullReport;
  /** Pulls from the registry; told of progress, which keeps the others waiting. */
  readonly pull: (onProgress?: () => void) => Promise<PullStatus>;
}

/**
 * Pulls for all engines that want the same image now, or is given what another engine pulls. Whatever is wrong with the sharing
 * costs the sharing only: the engine asks the registry then. Throws what `pull` throws.
 */
export async function pullShared(cluster: Cluster, engine: EngineRecord, shared: SharedPull): Promise<PullStatus> {
  const askedAt = cluster.clock.now();
  const key = shareKey(engine, shared.name, shared.platform);
  if (key === undefined) return await shared.pull();
  const joined = await unlessDoubtful(cluster, engine, shared, () => leadOrJoin(cluster, key, engine.id));
  if (joined?.lead) return await leadPull(cluster, engine, shared, joined.lead);
  const share = joined?.share;
  // An engine makes one of two pulls of its own.
  if (!share || share.engine === engine.id) return await shared.pull();
  const given = await unlessDoubtful(cluster, engine, shared, () =>
    withFeed(cluster, { key, share, image: shared.name }, (feed) => receive(cluster, engine, shared, { share, feed })),
  );
  if (given?.isNamed && askedAt - Date.parse(share.startedAt) < sameMomentMs) {
    const { name: image } = shared;
    cluster.logger.info({ engineId: engine.id, image, from: share.engine }, 'image given by another engine');
    return given.status;
  }
  shared.report.comesFrom(undefined);
  // The registry is asked which image it is; what it is made of is there.
  const status = await shared.pull();
  return given?.status ?? status;
}

/** Waits for the pull of another engine, and takes its image. Undefined: that pull came to nothing. */
async function receive(
  cluster: Cluster,
  engine: EngineRecord,
  { name, signal, onProgress, report }: SharedPull,
  { share, feed }: { readonly share: ImageShare; readonly feed: ImageFeed },
): Promise<{ readonly status: PullStatus; readonly isNamed: boolean } | undefined> {
  onProgress({ status: `Waiting for engine ${share.engine}` });
  const imageId = await feed.end(signal);
  if (imageId === undefined) return undefined;
  const client = cluster.pool.client(engine);
  if ((await idOf(client, name)) === imageId) return { status: 'current', isNamed: true };
  report.comesFrom(share.engine);
  let current = 0;
  await feed.send(engine, signal, (bytes) => {
    current += bytes;
    onProgress({ status: `Copying from engine ${share.engine}`, current });
  });
  // A name with a digest is known to the registry only.
  return { status: 'pulled', isNamed: (await idOf(client, name)) === imageId };
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

/** Undefined in place of what is wrong with the sharing. Throws what is wrong with the pull, such as that nobody wants it any more. */
async function unlessDoubtful<T>(
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
