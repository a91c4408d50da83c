import { bareName } from '../model/bare-name.ts';
import type { ClusterEvent } from '../model/cluster-event.ts';
import type { EngineRecord } from '../model/engine.ts';
import { SatsumaError } from '../model/errors.ts';
import { type ImageConfig, projectOf } from '../model/image-config.ts';
import { constraintsOf, hasEngine, hasProject, isOfAProject, type Scope } from '../model/scope.ts';
import type { Cluster } from './cluster.ts';
import { findOne } from './containers/find-container.ts';
import { noEngine } from './engine-cache.ts';
import type { KnownContainer } from './known-container.ts';

type Cached = Pick<Cluster, 'cache'>;

/** Whether somebody who is narrowed to that sees a container. Those that others started belong to no project. */
export function isContainerWithin({ cache }: Cached, scope: Scope | undefined, known: KnownContainer): boolean {
  if (!scope) return true;
  const { engineId, summary } = known;
  if (!cache.hasEngine(engineId) || !hasEngine(scope, cache.engine(engineId).value)) return false;
  if (!scope.projects) return true;
  const records = cache.reservationsOf(summary.id).filter((each) => each.engineId === engineId && !each.isForeign);
  return records.some(({ image }) => hasProject(scope, projectOf(image)));
}

/** The id of the one container that the reference means among those within. Throws `no_such_container`, `ambiguous_container`. */
export async function findWithin(
  cluster: Cached,
  scope: Scope,
  { reference, engine }: { readonly reference: string; readonly engine?: string | undefined },
): Promise<string> {
  const wanted = bareName(reference);
  const isSeen = (each: KnownContainer) => isContainerWithin(cluster, scope, each);
  const { summary } = await findOne(cluster, wanted, {
    find: () => cluster.cache.containers.find(wanted, engine).filter(isSeen),
    // Without engines that do not answer: they may be of others.
    notFound: () => new SatsumaError('no_such_container', `no container found with id or name ${wanted}`),
  });
  return summary.id;
}

/** Of a service or a job, what it is made of: it is within where it can go to no other engines. */
export function isImageWithin(
  scope: Scope | undefined,
  { project, constraints = [] }: Pick<ImageConfig, 'project' | 'constraints'>,
): boolean {
  if (!scope) return true;
  const owner = projectOf(project === undefined ? {} : { project });
  return hasProject(scope, owner) && constraintsOf(scope).every((each) => constraints.includes(each));
}

/** One that there is not is not: it may be of others by the time that it is looked up. */
export function isServiceWithin({ cache }: Cached, scope: Scope | undefined, name: string): boolean {
  const record = cache.services.get(name)?.value;
  return !scope || (record !== undefined && isImageWithin(scope, record.spec.image));
}

/** For what makes a service, or plans one: there is none, or it is within. */
export function isServiceFreeOrWithin(cluster: Cached, scope: Scope | undefined, name: string): boolean {
  return cluster.cache.services.get(name) === undefined || isServiceWithin(cluster, scope, name);
}

export function isJobWithin({ cache }: Cached, scope: Scope | undefined, name: string): boolean {
  const record = cache.jobs.get(name)?.value;
  return !scope || (record !== undefined && isImageWithin(scope, record.spec.image));
}

export function isSecretWithin({ cache }: Cached, scope: Scope | undefined, name: string): boolean {
  const record = cache.secrets.get(name)?.value;
  return !scope || (record !== undefined && hasProject(scope, projectOf(record)));
}

/**
 * It belongs to the project of its services, and is within where all of these are. A service of another project that got the name of one of
 * them since is none: the domain does not lead there.
 */
export function isDomainWithin({ cache }: Cached, scope: Scope | undefined, name: string): boolean {
  const record = cache.domains.get(name)?.value;
  if (!record || !scope) return !scope;
  return (
    hasProject(scope, projectOf(record)) &&
    record.rules.every(({ service }) => {
      const found = cache.services.get(service)?.value;
      const isOfOthers = found !== undefined && projectOf(found.spec.image) !== projectOf(record);
      return isOfOthers || isServiceFreeOrWithin({ cache }, scope, service);
    })
  );
}

export function isEngineWithin({ cache }: Cached, scope: Scope | undefined, id: string): boolean {
  return cache.hasEngine(id) && hasEngine(scope, cache.engine(id).value);
}

/** All engines within, or the one that is named. Throws `no_such_engine`, also of one that is there and beyond. */
export function enginesWithin({ cache }: Cached, scope: Scope | undefined, id: string | undefined): EngineRecord[] {
  if (id === undefined) return cache.engines().filter((engine) => hasEngine(scope, engine));
  if (!isEngineWithin({ cache }, scope, id)) throw noEngine(id);
  return [cache.engine(id).value];
}

/** Of the catalogue: where a replica of a service is reached. */
export function isEntryWithin(
  cluster: Cached,
  scope: Scope | undefined,
  { service, engine }: { readonly service: string; readonly engine: string },
): boolean {
  return !scope || (isServiceWithin(cluster, scope, service) && isEngineWithin(cluster, scope, engine));
}

/** Of a service or a job that is gone nobody knows whose it was, unless the event says so. */
export function isEventWithin(cluster: Cached, scope: Scope | undefined, event: ClusterEvent): boolean {
  if (!scope) return true;
  const { engine, name, kind } = event;
  if (engine !== undefined && !isEngineWithin(cluster, scope, engine)) return false;
  if (kind === 'engine') return isEngineWithin(cluster, scope, name);
  // One for all: whoever may read policies reads them all.
  if (kind === 'policy') return true;
  if ((kind === 'service' || kind === 'job') && engine === undefined && scope.engineLabels) {
    // Of one that is gone nobody knows where it was.
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
