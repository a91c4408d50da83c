import type { EngineRecord } from '../../../model/engine.ts';
import { isSatsumaError, SatsumaError } from '../../../model/errors.ts';
import { canonicalImageName } from '../../../model/image-name.ts';
import { Semaphore } from '../../../runtime/semaphore.ts';
import type { Cluster } from '../../../state/cluster.ts';
import { withEngineTimeout } from '../../../state/with-engine-timeout.ts';
import { idOf } from '../../archives/send-archive.ts';
import { withFeed } from './image-feeds.ts';
import { copyFrom, type PullStatus, type SharedPull } from './pull-shared.ts';

const askedAtOnce = 64;
/** One engine may fail to send an image; when several do, the reason is the receiver or the image. */
const maxSenders = 3;

/**
 * Copies an image that was built here to an engine, from one that has it: no registry has such an image, and under its name there is only one.
 * Throws `no_such_image` where no engine has it, `disk_full`, `too_many_readers`, and the errors of the engines.
 */
export async function receiveBuild(
  cluster: Cluster,
  engine: EngineRecord,
  shared: Pick<SharedPull, 'name' | 'signal' | 'onProgress' | 'report'>,
): Promise<PullStatus> {
  const { name, signal } = shared;
  if ((await idOf(cluster.pool.client(engine), name)) !== undefined) return 'current';
  let failure: SatsumaError | undefined;
  for (const { id: sender } of (await enginesWith(cluster, engine, name)).slice(0, maxSenders)) {
    try {
      const source = { id: `build ${name} of ${sender}`, engine: sender, image: name, isOnlySource: true };
      await withFeed(cluster, source, (feed) => copyFrom(sender, { engine, feed }, shared));
      cluster.logger.info({ engineId: engine.id, image: name, from: sender }, 'build received from another engine');
      return 'pulled';
    } catch (error) {
      signal.throwIfAborted();
      if (!isSatsumaError(error)) throw error;
      failure = error;
    }
  }
  if (failure) throw failure;
  throw new SatsumaError('no_such_image', `no reachable engine has the build ${name}: build it again`);
}

/** From memory, or by asking all engines: a build may be newer than the last look at an engine's images. */
async function enginesWith(cluster: Cluster, receiver: EngineRecord, name: string): Promise<readonly EngineRecord[]> {
  const { cache, pool } = cluster;
  const others = cache.engines().filter(({ id, condition }) => id !== receiver.id && condition === 'ok');
  const known = others.filter(({ id }) => cache.snapshot(id).images.has(canonicalImageName(name)));
  if (known.length > 0) return known;
  const semaphore = new Semaphore(askedAtOnce);
  const asked = await Promise.all(
    others.map((engine) =>
      semaphore.run(async () => {
        try {
          const id = await withEngineTimeout(idOf(pool.client(engine), name), engine.id);
          return id === undefined ? [] : [engine];
        } catch (error) {
          if (!isSatsumaError(error)) throw error;
          return [];
        }
      }),
    ),
  );
  return asked.flat();
}
