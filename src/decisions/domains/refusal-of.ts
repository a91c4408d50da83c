import { routerId } from '../../model/router.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * Why routers reject the current version of a domain, in Caddy's words. Undefined: no router rejects it, or it changed
 * since.
 */
export function refusalOf({ cache }: Pick<Cluster, 'cache'>, name: string): string | undefined {
  const at = cache.domains.get(name)?.version;
  const loaded = Object.values(cache.routers.get(routerId)?.value.loaded ?? {});
  const refusals = loaded.flatMap(({ refused }) => {
    const found = refused && Object.hasOwn(refused, name) ? refused[name] : undefined;
    return found?.at === at ? [found?.reason] : [];
  });
  const [first] = refusals;
  return first === undefined ? undefined : `${refusals.length} of ${loaded.length} routers refuse it: ${first}`;
}
