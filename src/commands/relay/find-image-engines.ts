import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { canonicalImageName } from '../../model/image-name.ts';
import type { Cluster } from '../../state/cluster.ts';
import { type RelayedList, type RelayToEngines, relayToEngines } from './relay-to-engines.ts';

/** One of them may have lost the image meanwhile, or hang. */
const mostLikely = 2;

/**
 * Engines that have all of these images, not necessarily every one. Throws `no_such_image`, and what the engines say of one
 * that none has.
 */
export async function findImageEngines(
  cluster: Cluster,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly [EngineRecord, ...EngineRecord[]]> {
  const having = async (engines: readonly EngineRecord[]) => {
    let left = engines;
    for (const name of names) {
      const found = await relayToEngines(cluster, left, { method: 'GET', path: `/images/${name}/json`, signal });
      left = found.map(({ engine }) => engine);
    }
    return left;
  };
  const likely = await emptyIfFailed(having(likelyEngines(cluster, cluster.cache.engines(), names)), signal);
  const [first, ...others] = likely.length > 0 ? likely : await having(cluster.cache.engines());
  if (first) return [first, ...others];
  throw new SatsumaError('no_such_image', `no engine has all of the images ${names.join(', ')}`);
}

/** What these engines answer about an image: those that are known to have it, else all. Throws as `relayToEngines`. */
export async function relayToImageEngines(
  cluster: Cluster,
  engines: readonly EngineRecord[],
  name: string,
  request: RelayToEngines,
): Promise<readonly RelayedList[]> {
  const likely = relayToEngines(cluster, likelyEngines(cluster, engines, [name]), request);
  const answers = await emptyIfFailed(likely, request.signal);
  return answers.length > 0 ? answers : await relayToEngines(cluster, engines, request);
}

/** By name, as of the last resync of each engine. Of an id nothing is known. */
function likelyEngines(
  { cache }: Pick<Cluster, 'cache'>,
  engines: readonly EngineRecord[],
  names: readonly string[],
): EngineRecord[] {
  const canonicalNames = names.map(canonicalImageName);
  const all = engines.filter(({ id, condition }) => {
    return condition === 'ok' && canonicalNames.every((name) => cache.snapshot(id).images.has(name));
  });
  return all.slice(0, mostLikely);
}

async function emptyIfFailed<T>(asked: Promise<readonly T[]>, { aborted }: AbortSignal): Promise<readonly T[]> {
  return await asked.catch((error: unknown) => {
    if (aborted || !isSatsumaError(error)) throw error;
    return [];
  });
}
