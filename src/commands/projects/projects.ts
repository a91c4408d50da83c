import type { Principal } from '../../access/principal.ts';
import { claimKeys } from '../../model/claim.ts';
import { SatsumaError } from '../../model/errors.ts';
import { gpusOf } from '../../model/gpus-of.ts';
import { defaultProject, projectOf } from '../../model/image-config.ts';
import { maxProjects, type ProjectRecord, type Quota, quotaFields, quotaKey } from '../../model/project.ts';
import { isExpired } from '../../model/token.ts';
import type { Cluster } from '../../state/cluster.ts';
import { noProject } from '../../state/projects.ts';
import type { DocumentChange, Versioned } from '../../store/store.ts';
import { imageConfigsInUse } from '../image-configs-in-use.ts';
import { writeMarked } from '../mark-format.ts';

export type Usage = Required<Quota>;

export interface NamedProject extends Partial<ProjectRecord> {
  readonly name: string;
  readonly quota: Quota;
  readonly used: Usage;
}

/** Absent fields stay unchanged; null removes a limit. */
export interface ProjectChanges {
  readonly description?: string | undefined;
  readonly quota?: { readonly [K in keyof Quota]?: number | null };
}

/** Throws `project_exists`, `invalid`. */
export async function createProject(
  cluster: Cluster,
  { name, ...changes }: ProjectChanges & { readonly name: string },
  by: Principal,
): Promise<NamedProject> {
  const { cache, clock, logger } = cluster;
  if (name === defaultProject) throw alwaysThere();
  if (cache.projects.all().length >= maxProjects) {
    throw new SatsumaError('invalid', `there are ${maxProjects} projects already: remove one first`);
  }
  const now = new Date(clock.now()).toISOString();
  const value = changed({ quota: {}, createdAt: now, updatedAt: now }, changes);
  const isWritten = await write(cluster, { id: name, value, version: 0 });
  if (!isWritten)
    throw new SatsumaError('project_exists', `there is a project ${name} already: "satsuma project set" changes it`);
  logger.info({ project: name, by: by.name }, 'project created');
  return await showProject(cluster, name);
}

/** Running containers stay, even above a new limit, but none can be added. Throws `no_such_project`, `invalid`. */
export async function changeProject(
  cluster: Cluster,
  name: string,
  changes: ProjectChanges,
  by: Principal,
): Promise<NamedProject> {
  const { clock, logger } = cluster;
  if (name === defaultProject) throw alwaysThere();
  const found = await find(cluster, name);
  const updatedAt = new Date(clock.now()).toISOString();
  const isWritten = await write(cluster, { ...found, value: { ...changed(found.value, changes), updatedAt } });
  if (!isWritten) throw new SatsumaError('project_changed', `project ${name} was changed concurrently: try again`);
  logger.info({ project: name, by: by.name }, 'project changed');
  return await showProject(cluster, name);
}

/** `default` first, then the others by name. */
export async function listProjects(cluster: Cluster): Promise<NamedProject[]> {
  const { store } = cluster;
  const [used, records] = [await store.quotas(), await store.list('project')];
  const made = records.map(({ id, value }) => ({ name: id, ...value, used: usageOf(used, id) }));
  return [ofDefault(cluster), ...made];
}

/** Throws `no_such_project`. */
export async function showProject(cluster: Cluster, name: string): Promise<NamedProject> {
  if (name === defaultProject) return ofDefault(cluster);
  const { value } = await find(cluster, name);
  return { name, ...value, used: usageOf(await cluster.store.quotas(), name) };
}

/** Throws `no_such_project`; `project_in_use` while anything belongs to it, or a scope names it. */
export async function removeProject(cluster: Cluster, name: string, by: Principal): Promise<void> {
  const { store, cache, logger } = cluster;
  if (name === defaultProject) throw alwaysThere();
  const { version } = await find(cluster, name);
  const user = await userOf(cluster, name);
  if (user !== undefined) {
    throw new SatsumaError('project_in_use', `the ${user} belongs to project ${name}: remove it first`);
  }
  const narrowed = await narrowedTo(cluster, name);
  if (narrowed !== undefined) {
    throw new SatsumaError('project_in_use', `the scope of the ${narrowed} names project ${name}: remove it first`);
  }
  const written = await store.write([{ kind: 'project', id: name, ifVersion: version }]);
  if (!written.ok) throw new SatsumaError('project_changed', `project ${name} was changed concurrently: try again`);
  cache.apply({ kind: 'project', id: name, version: written.version });
  logger.info({ project: name, by: by.name }, 'project removed');
}

async function find({ store }: Pick<Cluster, 'store'>, name: string): Promise<Versioned<ProjectRecord>> {
  const found = await store.read('project', name);
  if (found) return found;
  throw noProject(
    name,
    (await store.list('project')).map(({ id }) => id),
  );
}

async function write(cluster: Cluster, { id, value, version }: Versioned<ProjectRecord>): Promise<boolean> {
  const isLimited = Object.keys(value.quota).length > 0;
  const changes: DocumentChange[] = [{ kind: 'project', id, value, ifVersion: version }];
  const written = await (isLimited ? writeMarked(cluster, changes) : cluster.store.write(changes));
  if (written.ok) cluster.cache.apply({ kind: 'project', id, version: written.version, value });
  return written.ok;
}

function changed(
  record: ProjectRecord,
  { description = record.description, quota = {} }: ProjectChanges,
): ProjectRecord {
  const { description: _, ...rest } = record;
  const limits = quotaFields.flatMap((field) => {
    const limit = quota[field] === undefined ? record.quota[field] : quota[field];
    return limit === null || limit === undefined ? [] : [[field, limit] as const];
  });
  return { ...rest, quota: Object.fromEntries(limits), ...(description && { description }) };
}

/** The default project has no quota, so containers in it cost no counting. */
function ofDefault({ cache }: Pick<Cluster, 'cache'>): NamedProject {
  const used = { cpu: 0, memory: 0, containers: 0, gpus: 0 };
  for (const { image, claims, isForeign, isAtRest } of cache.reservations()) {
    if (isForeign || isAtRest || projectOf(image) !== defaultProject) continue;
    used.containers += 1;
    const gpus = gpusOf(image);
    if (gpus !== 'all') used.gpus += gpus;
    for (const { key, amount } of claims) {
      if (key === claimKeys.cpu) used.cpu += amount;
      if (key === claimKeys.memory) used.memory += amount;
    }
  }
  return { name: defaultProject, quota: {}, used };
}

function usageOf(sums: ReadonlyMap<string, number>, project: string): Usage {
  const of = (field: keyof Quota) => sums.get(quotaKey(project, field)) ?? 0;
  return { cpu: of('cpu'), memory: of('memory'), containers: of('containers'), gpus: of('gpus') };
}

async function userOf(cluster: Cluster, name: string): Promise<string | undefined> {
  const { store } = cluster;
  const secret = (await store.list('secret')).find(({ value }) => projectOf(value) === name);
  if (secret) return `secret ${secret.id}`;
  const domain = (await store.list('domain')).find(({ value }) => projectOf(value) === name);
  if (domain) return `domain ${domain.id}`;
  for await (const { image, user } of imageConfigsInUse(cluster)) {
    // History does not keep a project in use.
    if (projectOf(image) === name && /^(service|job|image config) /.test(user)) return user;
  }
  const container = (await store.reservations()).find(
    ({ value }) => !value.isForeign && projectOf(value.image) === name,
  );
  return container && `container ${container.value.name}`;
}

/** A scope that names a removed project would apply to a later project of that name. */
async function narrowedTo({ store, clock }: Cluster, name: string): Promise<string | undefined> {
  const now = clock.now();
  for (const kind of ['token', 'account', 'role'] as const) {
    const found = (await store.list(kind)).find(
      ({ value }) => value.scope?.projects?.includes(name) && !('hash' in value && isExpired(value, now)),
    );
    if (found) return `${kind} ${found.id}`;
  }
  return undefined;
}

function alwaysThere(): SatsumaError {
  return new SatsumaError(
    'invalid',
    `the project ${defaultProject} cannot be changed, and has no quota: create another project to set limits`,
  );
}
