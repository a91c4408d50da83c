import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { imageRepository } from '../../model/image-name.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refuseDown } from '../../state/containers/ask-engines.ts';
import { countContainers } from '../../state/containers/count-containers.ts';
import { chooseEngines } from '../each-engine.ts';

/** Engines that have it build where any of them can. */
export const builderLabel = 'builder';

export interface BuildPlace {
  /** Where it is built, whatever else is there. */
  readonly engine?: string | undefined;
  /** Of the engines that may build it. */
  readonly labels?: readonly string[] | undefined;
  /** What the image will be called: an engine that has one of its repository has layers to begin with. */
  readonly names?: readonly string[] | undefined;
}

/**
 * The engine that an image is built on: one labelled `builder` before others, then one that has an earlier image of the repository,
 * then the one with the fewest containers. Throws `no_such_engine`, `engine_unreachable`, `unschedulable`.
 */
export async function chooseBuildEngine(
  cluster: Pick<Cluster, 'cache'>,
  { engine: wanted, labels, names = [] }: BuildPlace,
): Promise<EngineRecord> {
  const { cache } = cluster;
  if (wanted !== undefined) {
    await cache.catchUp();
    const { value: engine } = cache.engine(wanted);
    refuseDown(engine);
    return engine;
  }
  const engines = await chooseEngines(cluster as Cluster, { labels });
  const able = engines.filter(({ condition, intent }) => condition === 'ok' && intent === 'active');
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
  throw new SatsumaError('unschedulable', `no engine${where} can build it: none is active and reachable`);
}
