import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { countContainers } from '../../state/containers/count-containers.ts';

/** The active engine with the fewest containers, for a volume or a network for which no engine was named. Throws `unschedulable`. */
export function emptiestEngine({ cache }: Pick<Cluster, 'cache'>): EngineRecord {
  const able = cache.engines().filter(({ condition, intent }) => condition === 'ok' && intent === 'active');
  const [first] = able
    .map((engine) => ({ engine, count: countContainers(cache, engine.id) }))
    .sort((a, b) => a.count - b.count);
  if (first) return first.engine;
  throw new SatsumaError('unschedulable', 'no engine can take it: none is active and reachable');
}
