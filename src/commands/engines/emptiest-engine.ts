import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { countContainers } from '../../state/containers/count-containers.ts';

/** The active engines that answer, those with the fewest containers first. */
export function emptiestEngines({ cache }: Pick<Cluster, 'cache'>): EngineRecord[] {
  return cache
    .engines()
    .filter(({ condition, intent }) => condition === 'ok' && intent === 'active')
    .map((engine) => ({ engine, count: countContainers(cache, engine.id) }))
    .sort((a, b) => a.count - b.count || (a.engine.id < b.engine.id ? -1 : 1))
    .map(({ engine }) => engine);
}

/** For a volume or a network for which no engine was named. Throws `unschedulable`. */
export function emptiestEngine(cluster: Pick<Cluster, 'cache'>): EngineRecord {
  const [first] = emptiestEngines(cluster);
  if (first) return first;
  throw new SatsumaError('unschedulable', 'no engine can take it: none is active and reachable');
}
