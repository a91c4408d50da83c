import type { Job } from '../../api/job.ts';
import type { Service } from '../../api/service.ts';
import { projectLabel } from '../../application/labels.ts';
import type { Desired, Networking } from '../../compose/desired.ts';
import type { Stored } from '../../compose/stored.ts';
import { type ApiClient, ApiError } from '../api-client.ts';
import { inParallel } from '../in-parallel.ts';
import { jobPath } from '../wait-for-run.ts';
import { servicePath } from '../wait-for-service.ts';

/** Names that are asked for at a time. */
const atOnce = 16;

/** All that a project has, and where networks can be made: asked at once, since each answer is waited for. */
export interface Everything extends Stored {
  readonly networking: Networking;
}

/** `hasNetworks`: without, none are asked for, which whoever is narrowed to projects may not see. */
export async function readEverything(
  api: ApiClient,
  { project, hasNetworks }: { readonly project: string; readonly hasNetworks: boolean },
): Promise<Everything> {
  const [networking, parts, secrets, networks] = await Promise.all([
    hasNetworks ? readNetworking(api) : ({ kind: 'unknown' } as const),
    readParts(api, project),
    api('GET', 'apiv1/secrets'),
    hasNetworks ? readNetworks(api, 'kept') : [],
  ]);
  return { ...parts, networking, secrets: secrets.data, networks };
}

/** `now`: each engine is asked. Otherwise as they were when they were asked last. */
export async function readNetworks(api: ApiClient, when: 'now' | 'kept'): Promise<Stored['networks']> {
  return (await api('GET', `apiv1/networks?consistent=${when === 'now'}`)).data;
}

async function readNetworking(api: ApiClient): Promise<Networking> {
  const [isMesh, engines] = await Promise.all([hasMesh(api), api('GET', 'apiv1/engines')]);
  if (isMesh) return { kind: 'mesh' };
  const [first, second] = engines.data;
  return first && !second ? { kind: 'engine', engine: first.id } : { kind: 'none' };
}

async function hasMesh(api: ApiClient): Promise<boolean> {
  try {
    const { data } = await api('GET', 'apiv1/mesh?consistent=false');
    return !data.ending;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

/** What there is of a project, and what has the names that its files want, whosever it is. */
export async function storedOf(api: ApiClient, everything: Stored, desired: Desired): Promise<Stored> {
  const { services, jobs, secrets, networks } = everything;
  const wanted = new Set(desired.networks.map(({ body }) => body.name));
  const known = new Set([...services, ...jobs].map(({ name }) => name));
  const names = [...desired.services, ...desired.jobs].map(({ name }) => name).filter((name) => !known.has(name));
  const others = await inParallel(names, atOnce, async (name) => {
    const [service, job] = await Promise.all([
      ifThere(api('GET', servicePath(name))),
      ifThere(api('GET', jobPath(name))),
    ]);
    return { service, job };
  });
  return {
    services: [...services, ...others.flatMap(({ service }) => service ?? [])],
    jobs: [...jobs, ...others.flatMap(({ job }) => job ?? [])],
    secrets,
    networks: networks.filter(({ name }) => wanted.has(name)),
  };
}

async function ifThere<T>(answer: Promise<{ readonly data: T }>): Promise<T | undefined> {
  try {
    return (await answer).data;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** The services and jobs that carry the label of a project. */
export async function readParts(
  api: ApiClient,
  project: string,
): Promise<{ readonly services: readonly Service[]; readonly jobs: readonly Job[] }> {
  const label = encodeURIComponent(`${projectLabel}=${project}`);
  const [services, jobs] = await Promise.all([
    api('GET', `apiv1/services?label=${label}`),
    api('GET', `apiv1/jobs?label=${label}`),
  ]);
  return { services: services.data, jobs: jobs.data };
}

/** All that carries the label of a project. Networks are those that whoever asks may see. */
export async function readProject(api: ApiClient, project: string): Promise<Stored> {
  const [parts, networks, secrets] = await Promise.all([
    readParts(api, project),
    readNetworks(api, 'now').catch(noneIfForbidden),
    api('GET', 'apiv1/secrets'),
  ]);
  return {
    ...parts,
    networks: networks.filter(({ labels }) => labels[projectLabel] === project),
    secrets: secrets.data.filter(({ labels }) => labels?.[projectLabel] === project),
  };
}

/** Whoever may not see networks has made none. */
function noneIfForbidden(error: unknown): [] {
  if (error instanceof ApiError && error.status === 403) return [];
  throw error;
}
