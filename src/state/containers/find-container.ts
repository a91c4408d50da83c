import { bareName } from '../../model/bare-name.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { firstFew } from '../../model/first-few.ts';
import type { Cluster } from '../cluster.ts';
import type { KnownContainer } from '../known-container.ts';
import { knownFailure } from './ask-engines.ts';

/** Limits the matches, and the engines, that an error lists. */
const maxShown = 20;

export interface FoundContainer {
  readonly engine: EngineRecord;
  readonly container: KnownContainer['summary'];
}

/**
 * Finds the one container with a full id, an unambiguous id prefix, or a name (with or without Docker's slash); on one
 * engine if given. From the cache, without queries. Throws `no_such_engine`, `no_such_container`,
 * `ambiguous_container`.
 */
export async function findContainer(cluster: Cluster, reference: string, engineId?: string): Promise<FoundContainer> {
  const { summary, engineId: where } = await findKnown(cluster, reference, engineId);
  return { engine: cluster.cache.engine(where).value, container: summary };
}

/** The same, as a cached container. */
export async function findKnown(cluster: Cluster, reference: string, engineId?: string): Promise<KnownContainer> {
  const { cache } = cluster;
  const bare = bareName(reference);
  if (engineId !== undefined) cache.engine(engineId);
  return await findOne(cluster, bare, {
    find: () => candidates(cluster, bare, engineId),
    notFound: () => notFound(cluster, bare, engineId),
  });
}

/**
 * Finds one match, after catching up with other servers if necessary. Throws the error of `notFound`,
 * `ambiguous_container`.
 */
export async function findOne(
  { cache }: Pick<Cluster, 'cache'>,
  bare: string,
  { find, notFound }: { find(): readonly KnownContainer[]; notFound(): SatsumaError },
): Promise<KnownContainer> {
  let known = find();
  if (known.length === 0) {
    // Another server's change may be stored, but not cached here yet.
    await cache.catchUp();
    known = find();
  }
  const [first, second] = known;
  if (first && !second) return first;
  if (!first) throw notFound();
  const all = known.map(({ engineId: id, summary }) => `${summary.id.slice(0, 12)} (${summary.name} on ${id})`);
  throw new SatsumaError('ambiguous_container', `${bare} could be any of ${firstFew(all, maxShown)}: use the id`);
}

/** A recorded container is on the engine of its record, even if another engine lists its id. */
function candidates({ cache }: Cluster, bare: string, engineId: string | undefined): KnownContainer[] {
  const found = cache.containers.find(bare, engineId).filter((each) => cache.hasEngine(each.engineId));
  if (found.length < 2 || found.some(({ summary }) => summary.id !== bare)) return found;
  const recorded = new Set(cache.reservationsOf(bare).map((each) => each.engineId));
  const onRecord = found.filter((each) => recorded.has(each.engineId));
  return onRecord.length > 0 ? onRecord.slice(0, 1) : found;
}

function notFound(cluster: Cluster, bare: string, engineId: string | undefined): SatsumaError {
  const { cache } = cluster;
  const engines = engineId === undefined ? cache.engines() : [cache.engine(engineId).value];
  const silent = engines.filter((engine) => knownFailure(cluster, engine)).map(({ id }) => id);
  const but = silent.length === 0 ? '' : `; these engines do not answer: ${firstFew(silent, maxShown)}`;
  return new SatsumaError('no_such_container', `no container found with id or name ${bare}${but}`);
}
