import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import type { ActionContext } from './action.ts';

/** The original names an engine by its host. An engine behind a socket is named by its id. */
export function instanceOf({ id, addr }: EngineRecord): string {
  return new URL(addr).hostname.replace(/^\[|\]$/g, '') || id;
}

/** The engine with that id or host, as known to any server. Throws `invalid` if the host has several engines. */
export async function engineOn({ cache }: Cluster, hostname: string): Promise<EngineRecord | undefined> {
  await cache.catchUp();
  const normalized = hostname.toLowerCase();
  const engines = cache.engines();
  const byId = engines.find(({ id }) => id.toLowerCase() === normalized);
  if (byId) return byId;
  const [first, ...others] = engines.filter((engine) => instanceOf(engine).toLowerCase() === normalized);
  if (others.length === 0) return first;
  const ids = [first, ...others].map((engine) => engine?.id);
  throw new SatsumaError('invalid', `there are several engines on ${hostname}: give the ID of one: ${ids.join(', ')}`);
}

/** The named engine, or the next one in rotation that is not known to be down. Throws as `engineOn`. */
export async function engineFor(
  { cluster, placementCounter }: ActionContext,
  hostname: string | undefined,
): Promise<EngineRecord | undefined> {
  if (hostname !== undefined) return await engineOn(cluster, hostname);
  await cluster.cache.catchUp();
  const engines = cluster.cache.engines().filter(({ condition }) => condition !== 'down');
  return engines[placementCounter.take() % engines.length];
}
