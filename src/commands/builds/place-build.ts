import { unschedulable } from '../../execution/reserve-on-best-engine.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { labelValues } from '../../model/engine-label.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { imageRepository } from '../../model/image-name.ts';
import type { Cluster } from '../../state/cluster.ts';
import { countContainers } from '../../state/containers/count-containers.ts';
import { planPlacement } from '../containers/plan-container.ts';

/** Engines with this label are preferred for builds. */
const builderLabel = 'builder';

/**
 * Chooses, among the engines that could run `image`, one to build it on. A build takes nothing from the ledger, so no quota is asked. `only`:
 * the engine that it must be, and why no other one will do. Throws `no_such_engine`; `unschedulable`, with the reasons.
 */
export async function placeBuild(
  cluster: Cluster,
  image: ImageConfig,
  only?: { readonly engine: string; readonly refusal: string },
): Promise<EngineRecord> {
  const { cache } = cluster;
  await cache.catchUp();
  const requestedEngine = only && cache.engine(only.engine).value;
  const { candidates, refused } = await planPlacement(cluster, image);
  if (candidates.length === 0) throw unschedulable(refused);
  const able = candidates.map(({ engine }) => cache.engine(engine.id).value);
  if (!only || !requestedEngine) return best(cluster, able, image.name);
  if (able.some(({ id }) => id === requestedEngine.id)) return requestedEngine;
  throw new SatsumaError('unschedulable', only.refusal, { details: refused });
}

/**
 * First those labelled `builder`, then those with an earlier image of the repository, which have layers to start from, then the one with the
 * fewest containers.
 */
function best({ cache }: Pick<Cluster, 'cache'>, engines: readonly EngineRecord[], name: string): EngineRecord {
  const repository = imageRepository(name);
  const ranked = engines.map((engine) => ({
    engine,
    isBuilder: labelValues(engine.labels, builderLabel).length > 0,
    isWarm: [...cache.snapshot(engine.id).images].some((image) => imageRepository(image) === repository),
    count: countContainers(cache, engine.id),
  }));
  const [first] = ranked.sort(
    (a, b) =>
      Number(b.isBuilder) - Number(a.isBuilder) ||
      Number(b.isWarm) - Number(a.isWarm) ||
      a.count - b.count ||
      (a.engine.id < b.engine.id ? -1 : 1),
  );
  if (!first) throw new Error('no engine to choose from');
  return first.engine;
}
