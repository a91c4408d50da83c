import { isDeepStrictEqual } from 'node:util';
import { projectLabel } from '../../application/labels.ts';
import { type DeploymentRecord, maxDeployments } from '../../model/deployment.ts';
import { didYouMeanHint } from '../../model/did-you-mean.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { given } from '../../model/given.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import { defaultLan, defaultWan } from '../../model/network-plugin.ts';
import type { ServiceRecord } from '../../model/service.ts';
import { timestamp } from '../../state/clock.ts';
import type { Cluster } from '../../state/cluster.ts';
import { refuseUnknownProject } from '../../state/projects.ts';
import type { Versioned } from '../../store/store.ts';
import { changeDocument } from '../change-document.ts';
import { removeDomain } from '../domains/domains.ts';
import { removeJob } from '../jobs/change-job.ts';
import { removeService } from '../services/change-service.ts';

interface NewDeployment {
  readonly name: string;
  readonly lan?: string | undefined;
  readonly wan?: string | undefined;
  readonly project?: string | undefined;
}

/** Throws `deployment_exists`, `no_such_project`, `invalid`. */
export async function createDeployment(
  cluster: Cluster,
  { name, lan = defaultLan, wan, project }: NewDeployment,
): Promise<Versioned<DeploymentRecord>> {
  const { store, cache, clock, logger } = cluster;
  refuseUnknownProject(cluster, { project });
  refuseUnknownPlugins(cluster, { lan, wan });
  await cache.catchUp();
  if (cache.deployments.all().length >= maxDeployments)
    throw new SatsumaError('invalid', `there are ${maxDeployments} deployments already: remove one first`);
  const now = timestamp(clock);
  const value: DeploymentRecord = {
    ...{ createdAt: now, updatedAt: now, lan, ports: {}, services: {}, globals: {} },
    ...given({ project, wan }),
  };
  const written = await store.write([{ kind: 'deployment', id: name, value, ifVersion: 0 }]);
  if (!written.ok) throw new SatsumaError('deployment_exists', `there is a deployment ${name} already`);
  await cache.catchUp();
  logger.info({ deployment: name }, 'deployment created');
  return { id: name, value, version: written.version };
}

function refuseUnknownPlugins(
  { networkPlugins: { lans, wans } }: Pick<Cluster, 'networkPlugins'>,
  { lan, wan = defaultWan }: { readonly lan: string; readonly wan: string | undefined },
): void {
  if (!lans.has(lan)) throw unknownPlugin('services', lan, lans);
  if (!wans.has(wan)) throw unknownPlugin('services from outside', wan, wans);
}

function unknownPlugin(what: string, name: string, known: ReadonlyMap<string, unknown>): SatsumaError {
  const sentence = `there is no way ${JSON.stringify(name)} to reach ${what}: there are ${[...known.keys()].join(', ')}`;
  return new SatsumaError('invalid', sentence);
}

/** Throws `no_such_deployment`. */
export async function findDeployment(
  { store }: Pick<Cluster, 'store'>,
  name: string,
): Promise<Versioned<DeploymentRecord>> {
  const found = await store.read('deployment', name);
  if (found) return found;
  const names = (await store.list('deployment')).map(({ id }) => id);
  throw new SatsumaError('no_such_deployment', `there is no deployment ${name}${didYouMeanHint(name, names)}`);
}

/** Another change came in between: it is made again on what there is then. Throws `deployment_changed`, `no_such_deployment`. */
export async function changeDeployment(
  cluster: Cluster,
  name: string,
  change: (record: DeploymentRecord) => DeploymentRecord,
): Promise<DeploymentRecord> {
  const place = { kind: 'deployment', id: name } as const;
  const edit = async (found: DeploymentRecord | undefined): Promise<DeploymentRecord> => {
    const before = found ?? (await findDeployment(cluster, name)).value;
    const after = change(before);
    return isDeepStrictEqual(after, before) ? before : { ...after, updatedAt: timestamp(cluster.clock) };
  };
  const sentence = `deployment ${name} was changed concurrently: try again`;
  return await changeDocument(cluster, place, edit, () => new SatsumaError('deployment_changed', sentence));
}

export function isOfDeployment(
  { container_labels: labels }: Pick<ImageConfig, 'container_labels'>,
  name: string,
): boolean {
  return labels?.[projectLabel] === name;
}

/** Services of a deployment that are there, those that are being removed too. */
export function servicesOf({ cache }: Pick<Cluster, 'cache'>, name: string): Versioned<ServiceRecord>[] {
  return cache.services.all().filter(({ value }) => isOfDeployment(value.spec.image, name));
}

/** Domains that its template says, by name. */
export function domainsOf({ cache }: Pick<Cluster, 'cache'>, name: string): string[] {
  return cache.domains.all().flatMap(({ id, value }) => (value.deployment === name ? [id] : []));
}

/** Its services and jobs are gone once their containers are. Throws `no_such_deployment`. */
export async function removeDeployment(
  cluster: Cluster,
  name: string,
): Promise<{
  readonly services: readonly string[];
  readonly jobs: readonly string[];
  readonly domains: readonly string[];
}> {
  const { version } = await findDeployment(cluster, name);
  await cluster.cache.catchUp();
  const services = servicesOf(cluster, name);
  const jobs = cluster.cache.jobs.all().filter(({ value }) => isOfDeployment(value.spec.image, name));
  const domains = domainsOf(cluster, name);
  // They go first: nobody is led to what is going.
  for (const domain of domains) await removeDomain(cluster, domain).catch(ignoreGone);
  await Promise.all([
    ...services.map(({ id }) => removeService(cluster, id).catch(ignoreGone)),
    ...jobs.map(({ id }) => removeJob(cluster, id).catch(ignoreGone)),
  ]);
  const written = await cluster.store.write([{ kind: 'deployment', id: name, ifVersion: version }]);
  if (!written.ok)
    throw new SatsumaError('deployment_changed', `deployment ${name} was changed concurrently: try again`);
  await cluster.cache.catchUp();
  cluster.logger.info({ deployment: name }, 'deployment removed');
  return { services: services.map(({ id }) => id), jobs: jobs.map(({ id }) => id), domains };
}

function ignoreGone(error: unknown): void {
  if (!isSatsumaError(error, 'no_such_service', 'no_such_job', 'service_removed', 'job_removed', 'no_such_domain'))
    throw error;
}
