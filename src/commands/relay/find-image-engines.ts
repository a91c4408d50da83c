import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { relayToEngines } from './relay-to-engines.ts';

/** The engines that have all of these images. Throws `no_such_image`, and what the engines say of one that none has. */
export async function findImageEngines(
  cluster: Cluster,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly [EngineRecord, ...EngineRecord[]]> {
  let engines: readonly EngineRecord[] = cluster.cache.engines();
  for (const name of names) {
    const found = await relayToEngines(cluster, engines, { method: 'GET', path: `/images/${name}/json`, signal });
    engines = found.map(({ engine }) => engine);
  }
  const [first, ...others] = engines;
  if (first) return [first, ...others];
  throw new SatsumaError('no_such_image', `no engine has all of the images ${names.join(', ')}`);
}
