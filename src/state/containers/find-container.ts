import { bareName } from '../../model/bare-name.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import { firstFew } from '../../model/first-few.ts';
import type { Cluster } from '../cluster.ts';
import type { KnownContainer } from '../known-container.ts';
import { knownFailure } from './ask-engines.ts';

/** Of those that a reference could mean, and of engines. */
const mostShown = 20;

export interface FoundContainer {
  readonly engine: EngineRecord;
  readonly container: KnownContainer['summary'];
}

/**
 * The one container that a full id, an unambiguous prefix of one or a name (with or without Docker's slash) means; on one
 * engine where it is named. From memory: no engine is asked. Throws `no_such_engine`, `no_such_container`,
 * `ambiguous_container`.
 */
export async function findContainer(cluster: Cluster, reference: string, engineId?: string): Promise<FoundContainer> {
  const { summary, engineId: where } = await findKnown(cluster, reference, engineId);
  return { engine: cluster.cache.engine(where).value, container: summary };
}

/** The same, as it is known. */
export async function findKnown(cluster: Cluster, reference: string, engineId?: string): Promise<KnownContainer> {
  const { cache } = cluster;
  const wanted = bareName(reference);
  if (engineId !== undefined) cache.engine(engineId);
  return await findOne(cluster, wanted, {
    find: () => candidates(cluster, wanted, engineId),
    notFound: () => notFound(cluster, wanted, engineId),
  });
}

/** The one that is found, now or when what other servers did is known. Throws what `notFound` makes, `ambiguous_container`. */
export async function findOne(
  { cache }: Pick<Cluster, 'cache'>,
  wanted: string,
  { find, notFound }: { find(): readonly KnownContainer[]; notFound(): SatsumaError },
): Promise<KnownContainer> {
  let known = find();
  if (known.length === 0) {
    // What another server did may be on record, and not here yet.
    await cache.catchUp();
    known = find();
  }
  const [first, second] = known;
  if (first && !second) return first;
  if (!first) throw notFound();
  const all = known.map(({ engineId: id, summary }) => `${summary.id.slice(0, 12)} (${summary.name} on ${id})`);
  throw new SatsumaError('ambiguous_container', `${wanted} could be any of ${firstFew(all, mostShown)}: use the id`);
}

/** A container on record is where its record says, whichever other engine lists its id. */
function candidates({ cache }: Cluster, wanted: string, engineId: string | undefined): KnownContainer[] {
  const found = cache.containers.find(wanted, engineId).filter((each) => cache.hasEngine(each.engineId));
  if (found.length < 2 || found.some(({ summary }) => summary.id !== wanted)) return found;
  const recorded = new Set(cache.reservationsOf(wanted).map((each) => each.engineId));
  const onRecord = found.filter((each) => recorded.has(each.engineId));
  return onRecord.length > 0 ? onRecord.slice(0, 1) : found;
}

function notFound(cluster: Cluster, wanted: string, engineId: string | undefined): SatsumaError {
  const { cache } = cluster;
  const engines = engineId === undefined ? cache.engines() : [cache.engine(engineId).value];
  const silent = engines.filter((engine) => knownFailure(cluster, engine)).map(({ id }) => id);
  const but = silent.length === 0 ? '' : `; these engines do not answer: ${firstFew(silent, mostShown)}`;
  return new SatsumaError('no_such_container', `no container found with id or name ${wanted}${but}`);
}
