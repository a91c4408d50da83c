import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { canonicalImageName } from '../../model/image-name.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { withEngineTimeout } from '../../state/with-engine-timeout.ts';
import { readArchive } from '../archives/read-archive.ts';
import { idOf, sendArchive } from '../archives/send-archive.ts';
import { unlessLost } from '../engine-loss.ts';

const askedAtOnce = 64;
/** One engine may fail to send an image; when several do, the reason is the receiver or the image. */
const mostSenders = 3;

/**
 * Copies an image that was built here to an engine, from one that has it: no registry has such an image. Throws
 * `no_such_image` where no engine has it, `disk_full`, `too_many_readers`, and the errors of the engines.
 */
export async function receiveBuild(
  cluster: Cluster,
  engine: EngineRecord,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal },
): Promise<'pulled'> {
  let failure: SatsumaError | undefined;
  for (const sender of (await enginesWith(cluster, engine, name)).slice(0, mostSenders)) {
    try {
      await copy(cluster, { sender, engine, name }, signal);
      cluster.logger.info({ engineId: engine.id, image: name, from: sender.id }, 'build received from another engine');
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

interface Copy {
  readonly sender: EngineRecord;
  readonly engine: EngineRecord;
  readonly name: string;
}

async function copy(cluster: Cluster, { sender, engine, name }: Copy, signal: AbortSignal): Promise<void> {
  const { pool } = cluster;
  const archive = await unlessLost(cluster, sender.id, signal, async (until) =>
    readArchive(await pool.client(sender).openImageArchive(name, until), until),
  );
  try {
    const onSent = () => undefined;
    await unlessLost(cluster, engine.id, signal, (until) =>
      sendArchive(pool.client(engine), archive, { signal: until, onSent }),
    );
  } finally {
    await archive.close();
  }
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
