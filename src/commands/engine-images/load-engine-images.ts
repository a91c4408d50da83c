import type { LoadEnd, LoadLine, LoadOutcome } from '../../api/engine-image.ts';
import type { ImageArchive } from '../../execution/archives/image-archive.ts';
import { readArchive } from '../../execution/archives/read-archive.ts';
import { sendArchive } from '../../execution/archives/send-archive.ts';
import { unlessLost } from '../../execution/engine-loss.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { type LatestValues, withProgress } from '../../runtime/latest-values.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refuseDown } from '../../state/containers/ask-engines.ts';
import { chooseEngines } from '../each-engine.ts';

/** Maximum number of concurrent loads. Each load reads the archive from disk by itself. */
const atOnce = 16;

interface LoadRequest {
  /** Ids of engines, or `label:x` for all engines with the label. Empty: every engine. */
  readonly to: readonly string[];
  /** An archive of `docker save`. */
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<Buffer>>;
  /** Called when the archive was read. */
  readonly onRead?: (archive: Pick<ImageArchive, 'images'>) => void;
}

/**
 * Loads an image archive on several engines. The archive is read once, and each engine gets the images that it lacks. A
 * failure on one engine does not affect the others. Throws `no_such_engine`, `invalid` for an invalid archive,
 * `disk_full`, and what `open` throws.
 */
export async function* loadEngineImages(
  cluster: Cluster,
  { to, open, onRead }: LoadRequest,
  signal: AbortSignal,
): AsyncGenerator<LoadLine> {
  const engines = await targetsOf(cluster, to);
  yield* withProgress<LoadLine>(signal, async (lines, until) => {
    const archive = await readArchive(await open(until), until);
    try {
      until.throwIfAborted();
      onRead?.(archive);
      const outcomes = new Map<string, LoadOutcome>();
      for (const { id } of engines) lines.put(id, { engine: id, status: 'waiting', sent_bytes: 0 });
      const semaphore = new Semaphore(atOnce);
      const loads = engines.map((engine) =>
        semaphore.run(async () => {
          const outcome = await loadOn({ cluster, archive, lines, signal: until }, engine);
          outcomes.set(engine.id, outcome);
          lines.put(engine.id, { engine: engine.id, ...outcome });
        }),
      );
      // All loads must have settled before the file is closed.
      for (const load of await Promise.allSettled(loads)) if (load.status === 'rejected') throw load.reason;
      return endOf(outcomes);
    } finally {
      await archive.close();
    }
  });
}

/** Sorted by id, without duplicates. Throws `no_such_engine`. */
async function targetsOf(cluster: Cluster, to: readonly string[]): Promise<EngineRecord[]> {
  if (to.length === 0) return await chooseEngines(cluster, {});
  const chosen = new Map<string, EngineRecord>();
  for (const each of to) {
    const label = /^label[:=](.+)$/s.exec(each)?.[1];
    const engines = await chooseEngines(cluster, label === undefined ? { engines: [each] } : { labels: [label] });
    for (const engine of engines) chosen.set(engine.id, engine);
  }
  return [...chosen.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function endOf(outcomes: ReadonlyMap<string, LoadOutcome>): LoadEnd {
  const sorted = [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ok: sorted.every(([, { ok }]) => ok),
    sent_bytes: sorted.reduce((sum, [, { sent_bytes }]) => sum + sent_bytes, 0),
    engines: Object.fromEntries(sorted),
  };
}

interface Loading {
  readonly cluster: Cluster;
  readonly archive: ImageArchive;
  readonly lines: LatestValues<LoadLine>;
  readonly signal: AbortSignal;
}

async function loadOn({ cluster, archive, lines, signal }: Loading, engine: EngineRecord): Promise<LoadOutcome> {
  let sent_bytes = 0;
  try {
    refuseDown(engine);
    const status = await unlessLost(cluster, engine.id, signal, (until) =>
      sendArchive(cluster.pool.client(engine), archive, {
        signal: until,
        onSent: (bytes) => {
          sent_bytes += bytes;
          lines.put(engine.id, { engine: engine.id, status: 'sending', sent_bytes });
        },
      }),
    );
    cluster.logger.info(
      { engineId: engine.id, images: archive.images.map(({ id }) => id), sent_bytes },
      'images loaded',
    );
    return { ok: true, status, sent_bytes };
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    return { ok: false, code: error.code, message: error.message, sent_bytes };
  }
}
