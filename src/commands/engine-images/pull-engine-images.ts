import type { ImageOutcome, PullEnd, PullImageBody, PullLine } from '../../api/engine-image.ts';
import { unlessLost } from '../../execution/engine-loss.ts';
import { type PullRequest, pullImage } from '../../execution/images/pull-image.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError } from '../../model/errors.ts';
import { type LatestValues, withProgress } from '../../runtime/latest-values.ts';
import { Semaphore } from '../../runtime/semaphore.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refuseDown } from '../../state/containers/ask-engines.ts';
import { chooseEngines } from '../each-engine.ts';

/** More pulls would only wait for the registry. */
const atOnce = 64;
/** Per engine. An image has at most 127 layers. */
const maxLayers = 200;

/**
 * Pulls an image on several engines concurrently, and streams their progress; a slow reader gets fewer updates. A
 * failure on one engine does not affect the others. When the signal aborts, the pulls are cancelled. Throws
 * `no_such_engine`.
 */
export async function* pullEngineImages(
  cluster: Cluster,
  { name, policy = 'always', credentials, ...choice }: PullImageBody & Pick<PullRequest, 'credentials'>,
  signal: AbortSignal,
): AsyncGenerator<PullLine> {
  const engines = await chooseEngines(cluster, choice);
  const outcomes = new Map<string, ImageOutcome>();
  const semaphore = new Semaphore(atOnce);
  yield* withProgress<PullLine>(signal, async (lines, until) => {
    for (const { id } of engines) lines.put(id, { engine: id, status: 'Waiting' });
    const pulls = engines.map((engine) =>
      semaphore.run(async () => {
        if (until.aborted) return;
        const reportLayer = layersTo(lines, engine.id);
        const outcome = await pullOn(cluster, engine, { name, policy, credentials, signal: until, reportLayer });
        outcomes.set(engine.id, outcome);
        lines.put(engine.id, { engine: engine.id, ...outcome });
      }),
    );
    await Promise.all(pulls);
    return endOf(outcomes);
  });
}

/** Sorted by engine. */
function endOf(outcomes: ReadonlyMap<string, ImageOutcome>): PullEnd {
  const sorted = [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1));
  return { ok: sorted.every(([, { ok }]) => ok), engines: Object.fromEntries(sorted) };
}

type ReportLayer = (line: { readonly layer?: string; readonly status: string }) => void;

function layersTo(lines: LatestValues<PullLine>, engine: string): ReportLayer {
  const layers = new Set<string>();
  return (progress) => {
    const { layer = '' } = progress;
    if (layers.size >= maxLayers && !layers.has(layer)) return;
    layers.add(layer);
    lines.put(layer === '' ? engine : `${engine} ${layer}`, { engine, ...progress });
  };
}

interface EnginePull extends Pick<PullRequest, 'credentials'> {
  readonly name: string;
  readonly policy: 'always' | 'missing';
  readonly signal: AbortSignal;
  readonly reportLayer: ReportLayer;
}

async function pullOn(
  cluster: Cluster,
  engine: EngineRecord,
  { name, policy, credentials, signal, reportLayer }: EnginePull,
): Promise<ImageOutcome> {
  const client = cluster.pool.client(engine);
  try {
    refuseDown(engine);
    if (policy === 'missing' && (await isPresent())) return { ok: true, status: 'present' };
    const status = await unlessLost(cluster, engine.id, signal, (until) =>
      pullImage(cluster, engine, { name, credentials, signal: until, onProgress: reportLayer }),
    );
    cluster.logger.info({ engineId: engine.id, image: name }, 'image pulled');
    return { ok: true, status };
  } catch (error) {
    if (!isSatsumaError(error)) throw error;
    return { ok: false, code: error.code, message: error.message };
  }

  async function isPresent(): Promise<boolean> {
    return await client.inspectImage(name).then(
      () => true,
      (error: unknown) => {
        if (isSatsumaError(error, 'no_such_image')) return false;
        throw error;
      },
    );
  }
}
