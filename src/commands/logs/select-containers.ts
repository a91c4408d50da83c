import { noJob } from '../../decisions/jobs/find-job.ts';
import { findService, noService } from '../../decisions/services/find-service.ts';
import { bareName } from '../../model/bare-name.ts';
import type { Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isAlive } from '../../state/containers/container-view.ts';
import { findContainer } from '../../state/containers/find-container.ts';
import { noEngine } from '../../state/engine-cache.ts';
import type { KnownContainer } from '../../state/known-container.ts';
import { findWithin, isContainerWithin, isEngineWithin, isJobWithin, isServiceWithin } from '../../state/scopes.ts';

/**
 * Named containers are read whether they run or not. Without names, all running ones are read. Engines and labels
 * narrow both.
 */
export interface LogSelection {
  readonly containers?: readonly string[] | undefined;
  readonly services?: readonly string[] | undefined;
  readonly jobs?: readonly string[] | undefined;
  readonly engines?: readonly string[] | undefined;
  readonly labels?: readonly string[] | undefined;
  /** The caller's scope. */
  readonly scope?: Scope | undefined;
}

/** Throws an error for an unknown name: `no_such_container`, `no_such_service`, `no_such_job`, `no_such_engine`. */
export async function checkSelection(cluster: Cluster, selection: LogSelection): Promise<void> {
  const { containers = [], services = [], jobs = [], engines = [], scope } = selection;
  await cluster.cache.catchUp();
  for (const id of engines) if (!isEngineWithin(cluster, scope, id)) throw noEngine(id);
  for (const reference of containers) {
    if (scope) await findWithin(cluster, scope, { reference });
    else await findContainer(cluster, reference);
  }
  for (const name of services) {
    await findService(cluster, name);
    if (!isServiceWithin(cluster, scope, name)) throw noService(name);
  }
  for (const name of jobs) if (!cluster.cache.jobs.get(name) || !isJobWithin(cluster, scope, name)) throw noJob(name);
}

/** Whether anything that was named still exists, or nothing was named. */
export function isAnythingLeft(
  { cache }: Cluster,
  { containers = [], services = [], jobs = [] }: LogSelection,
): boolean {
  return (
    containers.length + services.length + jobs.length === 0 ||
    services.some((name) => cache.services.get(name)) ||
    jobs.some((name) => cache.jobs.get(name)) ||
    containers.some((each) => cache.containers.find(bareName(each)).length > 0)
  );
}

/** The currently selected containers, without duplicates, sorted by name. */
export function selectContainers({ cache }: Cluster, selection: LogSelection): KnownContainer[] {
  const { containers = [], services = [], jobs = [], engines = [], labels = [], scope } = selection;
  const found = new Map<string, KnownContainer>();
  const add = (known: KnownContainer | undefined): void => {
    if (known && cache.hasEngine(known.engineId) && isContainerWithin({ cache }, scope, known))
      found.set(`${known.engineId}/${known.summary.id}`, known);
  };
  for (const each of containers) for (const known of cache.containers.find(bareName(each))) add(known);
  const reservations = [
    ...services.flatMap((name) => cache.replicas(name, cache.services.get(name)?.value.id)),
    ...jobs.flatMap((name) => cache.tasks(name)),
  ];
  for (const { engineId, containerId } of reservations) {
    if (containerId !== undefined) add(cache.containers.get(engineId, containerId));
  }
  if (containers.length + services.length + jobs.length === 0) {
    for (const { id } of cache.engines()) {
      for (const known of cache.containers.on(id).values()) if (isAlive(known.summary)) add(known);
    }
  }
  const hasLabel = ({ summary }: KnownContainer) => {
    const asked = cache.reservationsOf(summary.id).flatMap(({ image }) => image.labels ?? []);
    return labels.every((label) => asked.includes(label));
  };
  const isSelected = (known: KnownContainer) =>
    (engines.length === 0 || engines.includes(known.engineId)) && (labels.length === 0 || hasLabel(known));
  return [...found.values()].filter(isSelected).sort((a, b) => (a.summary.name < b.summary.name ? -1 : 1));
}
