import { bareName } from '../model/bare-name.ts';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { EngineRecord } from '../model/engine.ts';
import { SatsumaError } from '../model/errors.ts';
import { type ImageConfig, projectOf } from '../model/image-config.ts';
import { namedVolumes } from '../model/image-needs.ts';
import type { Reservation } from '../model/reservation.ts';
import { constraintsOf, hasEngine, hasProject, isOfAProject, type Scope } from '../model/scope.ts';
import type { Cluster } from './cluster.ts';
import { findOne } from './containers/find-container.ts';
import { noEngine } from './engine-cache.ts';
import type { KnownContainer } from './known-container.ts';

type Cached = Pick<Cluster, 'cache'>;

/** Whether a container is within the scope. Foreign containers belong to no project. */
export function isContainerWithin({ cache }: Cached, scope: Scope | undefined, known: KnownContainer): boolean {
  if (!scope) return true;
  const { engineId, summary } = known;
  if (!cache.hasEngine(engineId) || !hasEngine(scope, cache.engine(engineId).value)) return false;
  if (!scope.projects) return true;
  const records = cache.reservationsOf(summary.id).filter((each) => each.engineId === engineId && !each.isForeign);
  return records.some(({ image }) => hasProject(scope, projectOf(image)));
}

/**
 * The id of the one container within the scope that the reference matches. Throws `no_such_container`,
 * `ambiguous_container`.
 */
export async function findWithin(
  cluster: Cached,
  scope: Scope,
  { reference, engine }: { readonly reference: string; readonly engine?: string | undefined },
): Promise<string> {
  const bare = bareName(reference);
  const isSeen = (each: KnownContainer) => isContainerWithin(cluster, scope, each);
  const { summary } = await findOne(cluster, bare, {
    find: () => cluster.cache.containers.find(bare, engine).filter(isSeen),
    // Does not list unreachable engines, which may be outside of the scope.
    notFound: () => new SatsumaError('no_such_container', `no container found with id or name ${bare}`),
  });
  return summary.id;
}

/**
 * Whether a service or job with this image config is within the scope: its constraints must exclude all engines outside
 * of it.
 */
export function isImageWithin(
  scope: Scope | undefined,
  { project, constraints = [] }: Pick<ImageConfig, 'project' | 'constraints'>,
): boolean {
  if (!scope) return true;
  const owner = projectOf(project === undefined ? {} : { project });
  return hasProject(scope, owner) && constraintsOf(scope).every((each) => constraints.includes(each));
}

/** A missing service is not within the scope: by the time of the lookup, the name may belong to someone else. */
export function isServiceWithin({ cache }: Cached, scope: Scope | undefined, name: string): boolean {
  const record = cache.services.get(name)?.value;
  return !scope || (record !== undefined && isImageWithin(scope, record.spec.image));
}

/** For creating or planning a service: the name is free, or the service is within the scope. */
export function isServiceFreeOrWithin(cluster: Cached, scope: Scope | undefined, name: string): boolean {
  return cluster.cache.services.get(name) === undefined || isServiceWithin(cluster, scope, name);
}

export function isJobWithin({ cache }: Cached, scope: Scope | undefined, name: string): boolean {
  const record = cache.jobs.get(name)?.value;
  return !scope || (record !== undefined && isImageWithin(scope, record.spec.image));
}

/** Whether a container of another project has a volume of that name: without a label, nothing else tells whose it is. */
export function isVolumeOfOthers({ cache }: Cached, { projects }: Scope, name: string): boolean {
  if (!projects) return false;
  const isOther = ({ image, isForeign }: Pick<Reservation, 'image' | 'isForeign'>) =>
    (isForeign || !hasProject({ projects }, projectOf(image))) && namedVolumes(image).includes(name);
  return cache.reservations().some(isOther);
}

export function isSecretWithin({ cache }: Cached, scope: Scope | undefined, name: string): boolean {
  const record = cache.secrets.get(name)?.value;
  return !scope || (record !== undefined && hasProject(scope, projectOf(record)));
}

/**
 * A domain belongs to the project of its services, and is within the scope if all of them are. A service of another
 * project that took over a name does not count: the domain does not route to it.
 */
export function isDomainWithin({ cache }: Cached, scope: Scope | undefined, name: string): boolean {
  const record = cache.domains.get(name)?.value;
  if (!record || !scope) return !scope;
  return (
    hasProject(scope, projectOf(record)) &&
    record.rules.every(({ service }) => {
      const found = cache.services.get(service)?.value;
      const isRemoteAddress = found !== undefined && projectOf(found.spec.image) !== projectOf(record);
      return isRemoteAddress || isServiceFreeOrWithin({ cache }, scope, service);
    })
  );
}

export function isEngineWithin({ cache }: Cached, scope: Scope | undefined, id: string): boolean {
  return cache.hasEngine(id) && hasEngine(scope, cache.engine(id).value);
}

/**
 * All engines within the scope, or the named one. Throws `no_such_engine`, also for an existing engine outside of the
 * scope.
 */
export function enginesWithin({ cache }: Cached, scope: Scope | undefined, id: string | undefined): EngineRecord[] {
  if (id === undefined) return cache.engines().filter((engine) => hasEngine(scope, engine));
  if (!isEngineWithin({ cache }, scope, id)) throw noEngine(id);
  return [cache.engine(id).value];
}

/** Whether a catalog entry, the address of a replica, is within the scope. */
export function isEntryWithin(
  cluster: Cached,
  scope: Scope | undefined,
  { service, engine }: { readonly service: string; readonly engine: string },
): boolean {
  return !scope || (isServiceWithin(cluster, scope, service) && isEngineWithin(cluster, scope, engine));
}

/** The project of a removed service or job is only known if the event contains it. */
export function isEventWithin(cluster: Cached, scope: Scope | undefined, event: ClusterEvent): boolean {
  if (!scope) return true;
  const { engine, name, kind } = event;
  if (engine !== undefined && !isEngineWithin(cluster, scope, engine)) return false;
  if (kind === 'engine') return isEngineWithin(cluster, scope, name);
  // Policies are global: permission to read them covers all.
  if (kind === 'policy') return true;
  if ((kind === 'service' || kind === 'job') && engine === undefined && scope.engineLabels) {
    // The engines of a removed one are unknown.
    const record = (kind === 'service' ? cluster.cache.services : cluster.cache.jobs).get(name)?.value;
    if (!record || !isImageWithin(scope, record.spec.image)) return false;
  }
  if (!scope.projects) return true;
  const project = isOfAProject(event) ? projectOfEvent(cluster, event) : undefined;
  return project !== undefined && hasProject(scope, project);
}

function projectOfEvent({ cache }: Cached, { kind, name, project }: ClusterEvent): string | undefined {
  if (project !== undefined || (kind !== 'service' && kind !== 'job')) return project;
  const record = (kind === 'service' ? cache.services.get(name) : cache.jobs.get(name))?.value;
  return record && projectOf(record.spec.image);
}
