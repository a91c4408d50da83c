import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { Desk } from './action.ts';

/** The original's name for an engine is its host's. One behind a socket has none but ours. */
export function instanceOf({ id, addr }: EngineRecord): string {
  return new URL(addr).hostname.replace(/^\[|\]$/g, '') || id;
}

/** The engine of that host, or of that id, as far as any server knows. Throws `invalid` where several are on the host. */
export async function engineOn({ cache }: Cluster, hostname: string): Promise<EngineRecord | undefined> {
  await cache.catchUp();
  const wanted = hostname.toLowerCase();
  const engines = cache.engines();
  const byId = engines.find(({ id }) => id.toLowerCase() === wanted);
  if (byId) return byId;
  const [first, ...others] = engines.filter((engine) => instanceOf(engine).toLowerCase() === wanted);
  if (others.length === 0) return first;
  const ids = [first, ...others].map((engine) => engine?.id);
  throw new SatsumaError('invalid', `there are several engines on ${hostname}: name one by its ID, ${ids.join(', ')}`);
}

/** The one that is named, or the next in turn of those that are not known to be down. Throws as `engineOn`. */
export async function engineFor(
  { cluster, placementCounter }: Desk,
  hostname: string | undefined,
): Promise<EngineRecord | undefined> {
  if (hostname !== undefined) return await engineOn(cluster, hostname);
  await cluster.cache.catchUp();
  const engines = cluster.cache.engines().filter(({ condition }) => condition !== 'down');
  return engines[placementCounter.take() % engines.length];
}
