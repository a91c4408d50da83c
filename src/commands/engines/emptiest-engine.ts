import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { hasEngine, type Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { countContainers } from '../../state/containers/count-containers.ts';

/** The active engines that answer, within the scope, those with the fewest containers first. */
export function emptiestEngines({ cache }: Pick<Cluster, 'cache'>, scope?: Scope): EngineRecord[] {
  return cache
    .engines()
    .filter((engine) => engine.condition === 'ok' && engine.intent === 'active' && hasEngine(scope, engine))
    .map((engine) => ({ engine, count: countContainers(cache, engine.id) }))
    .sort((a, b) => a.count - b.count || (a.engine.id < b.engine.id ? -1 : 1))
    .map(({ engine }) => engine);
}

/** For a volume or a network for which no engine was named. Throws `unschedulable`. */
export function emptiestEngine(cluster: Pick<Cluster, 'cache'>, scope?: Scope): EngineRecord {
  const [first] = emptiestEngines(cluster, scope);
  if (first) return first;
  throw new SatsumaError('unschedulable', 'no engine can take it: none is active and reachable');
}
