import { oneForEach } from '../../runtime/one-for-each.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { StateCache } from '../../state/state-cache.ts';

type Cached = Pick<Cluster, 'cache'>;

/** Keeps a value that is computed from all domains until one of them changes. */
export function memoizeByDomains<C extends Cached, V>(compute: (cluster: C) => V): (cluster: C) => V {
  const memoryOf = oneForEach<StateCache, { kept?: { readonly count: number; readonly value: V } }>(() => ({}));
  return (cluster) => {
    const memory = memoryOf(cluster.cache);
    const { changeCount: count } = cluster.cache.domains;
    if (memory.kept?.count !== count) memory.kept = { count, value: compute(cluster) };
    return memory.kept.value;
  };
}
