import type { ContainerSummary } from '../../model/container.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { firstFew } from '../../model/first-few.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { Cluster } from '../cluster.ts';
import { withEngineTimeout } from '../with-engine-timeout.ts';

/** Of those that a reference could mean. */
const mostShown = 20;

export interface FoundContainer {
  readonly engine: EngineRecord;
  readonly container: Pick<ContainerSummary, 'id' | 'name' | 'imageName'>;
}

/**
 * The one container that a full id, an unambiguous prefix of one or a name (with or without Docker's slash) means; on
 * one engine where it is named. Throws `no_such_engine`, `no_such_container`, `ambiguous_container`.
 */
export async function findContainer(cluster: Cluster, reference: string, engineId?: string): Promise<FoundContainer> {
  const { cache } = cluster;
  const wanted = reference.replace(/^\//, '');
  const byFullId = cache.reservationsOf(wanted).find((each) => engineId === undefined || each.engineId === engineId);
  if (byFullId && cache.hasEngine(byFullId.engineId)) {
    return { engine: cache.engine(byFullId.engineId).value, container: describe(byFullId, wanted) };
  }
  const engines = engineId === undefined ? cache.engines() : [cache.engine(engineId).value];
  const asked = await Promise.all(engines.map((engine) => listedOn(cluster, engine)));
  const listed = asked.flatMap((answer) => answer ?? []);
  const seen = new Set(listed.map(({ container }) => container.id));
  // An engine that does not answer may still have what the records say.
  const recorded = engines.flatMap((engine) => recordedOn(cluster, engine));
  const known = [...listed, ...recorded.filter(({ container }) => !seen.has(container.id))];
  const unasked = engines.filter((_, index) => !asked[index]).map(({ id }) => id);
  return theOne(known, wanted, unasked);
}

function recordedOn({ cache }: Cluster, engine: EngineRecord): FoundContainer[] {
  return cache
    .reservations(engine.id)
    .flatMap((each) =>
      each.containerId !== undefined ? [{ engine, container: describe(each, each.containerId) }] : [],
    );
}

function describe({ name, image }: Reservation, id: string): FoundContainer['container'] {
  return { id, name, imageName: image.name };
}

async function listedOn({ pool }: Cluster, engine: EngineRecord): Promise<FoundContainer[] | undefined> {
  if (engine.condition === 'down') return undefined;
  try {
    const listed = await withEngineTimeout(pool.client(engine).listContainers(), engine.id);
    return listed.map((container) => ({ engine, container }));
  } catch (error) {
    if (isSatsumaError(error)) return undefined;
    throw error;
  }
}

function theOne(known: readonly FoundContainer[], wanted: string, unasked: readonly string[]): FoundContainer {
  const named = known.filter(({ container }) => container.id === wanted || container.name === wanted);
  const matching = named.length > 0 ? named : known.filter(({ container }) => container.id.startsWith(wanted));
  const [first, second] = matching;
  if (first && !second) return first;
  if (!first) {
    const but = unasked.length === 0 ? '' : `; not asked, because they do not answer: ${unasked.join(', ')}`;
    throw new SatsumaError('no_such_container', `no container found with id or name ${wanted}${but}`);
  }
  const all = matching.map(
    ({ engine, container }) => `${container.id.slice(0, 12)} (${container.name} on ${engine.id})`,
  );
  throw new SatsumaError('ambiguous_container', `${wanted} could be any of ${firstFew(all, mostShown)}: use the id`);
}
