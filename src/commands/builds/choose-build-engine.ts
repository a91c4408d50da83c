import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { imageRepository } from '../../model/image-name.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refuseDown } from '../../state/containers/ask-engines.ts';
import { countContainers } from '../../state/containers/count-containers.ts';
import { chooseEngines } from '../each-engine.ts';

/** Engines with this label are preferred for builds. */
export const builderLabel = 'builder';

export interface BuildPlace {
  /** Builds on this engine, without any choice. */
  readonly engine?: string | undefined;
  /** Labels that the engine must have. */
  readonly labels?: readonly string[] | undefined;
  /** The names of the new image: an engine with an image of the same repository has layers to start from. */
  readonly names?: readonly string[] | undefined;
  /** Ids of the engines that may be chosen; left out: all. */
  readonly among?: ReadonlySet<string> | undefined;
}

/**
 * Chooses the engine for a build: first those labelled `builder`, then those with an earlier image of the repository,
 * then the one with the fewest containers. Throws `no_such_engine`, `engine_unreachable`, `unschedulable`.
 */
export async function chooseBuildEngine(
  cluster: Pick<Cluster, 'cache'>,
  { engine: wanted, labels, names = [], among }: BuildPlace,
): Promise<EngineRecord> {
  const { cache } = cluster;
  if (wanted !== undefined) {
    await cache.catchUp();
    const { value: engine } = cache.engine(wanted);
    refuseDown(engine);
    return engine;
  }
  const engines = await chooseEngines(cluster as Cluster, { labels });
  const able = engines.filter(({ id, condition, intent }) => {
    return condition === 'ok' && intent === 'active' && (among?.has(id) ?? true);
  });
  const repositories = new Set(names.map(imageRepository));
  const isWarm = ({ id }: EngineRecord) =>
    [...cache.snapshot(id).images].some((image) => repositories.has(imageRepository(image)));
  const [first] = able
    .map((engine) => ({
      engine,
      isBuilder: engine.labels.some((label) => label === builderLabel || label.startsWith(`${builderLabel}=`)),
      isWarm: isWarm(engine),
      count: countContainers(cache, engine.id),
    }))
    .sort(
      (a, b) =>
        Number(b.isBuilder) - Number(a.isBuilder) ||
        Number(b.isWarm) - Number(a.isWarm) ||
        a.count - b.count ||
        (a.engine.id < b.engine.id ? -1 : 1),
    );
  if (first) return first.engine;
  const where = labels ? ` of those with the label ${labels.join(' and the label ')}` : '';
  throw new SatsumaError('unschedulable', `no engine${where} can build the image: none is active and reachable`);
}
