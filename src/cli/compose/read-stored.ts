import type { Engine } from '../../api/engine.ts';
import type { Job } from '../../api/job.ts';
import type { Service } from '../../api/service.ts';
import { projectLabel } from '../../application/labels.ts';
import type { Desired, Networking } from '../../compose/desired.ts';
import { networkingOn } from '../../compose/networks.ts';
import type { Stored } from '../../compose/stored.ts';
import { isMet, parseConstraint } from '../../model/constraint.ts';
import { labelValues } from '../../model/engine-label.ts';
import { inParallel } from '../../runtime/in-parallel.ts';
import { type ApiClient, ApiError } from '../api-client.ts';
import { jobPath } from '../wait-for-run.ts';
import { servicePath } from '../wait-for-service.ts';

/** Number of concurrent requests. */
const atOnce = 16;

/** The existing parts of a project, and where networks can be created. Requested concurrently. */
interface Everything extends Stored {
  readonly networking: Networking;
}

interface EverythingOptions {
  readonly project: string;
  /** False skips the networks, which scoped callers may not read. */
  readonly hasNetworks: boolean;
  /** Each engine that meets these constraints has all of it. */
  readonly each?: readonly string[] | undefined;
}

export async function readEverything(
  api: ApiClient,
  { project, hasNetworks, each }: EverythingOptions,
): Promise<Everything> {
  const [networking, parts, secrets, networks] = await Promise.all([
    each ? readEach(api, each) : hasNetworks ? readNetworking(api) : ({ kind: 'unknown' } as const),
    readParts(api, project),
    api('GET', 'apiv1/secrets'),
    hasNetworks ? readNetworks(api, 'kept') : [],
  ]);
  return { ...parts, networking, secrets: secrets.data, networks };
}

/** `now`: asks each engine. Otherwise the networks as last reported. */
export async function readNetworks(api: ApiClient, when: 'now' | 'kept'): Promise<Stored['networks']> {
  return (await api('GET', `apiv1/networks?consistent=${when === 'now'}`)).data;
}

async function readNetworking(api: ApiClient): Promise<Networking> {
  const [isMesh, engines] = await Promise.all([hasMesh(api), api('GET', 'apiv1/engines')]);
  return networkingOn(engines.data, isMesh);
}

/** The engines that meet the constraints on them. One that is down gets its networks when this runs again. */
async function readEach(api: ApiClient, constraints: readonly string[]): Promise<Networking> {
  const required = constraints.map(parseConstraint).filter(({ isSoft }) => !isSoft);
  const { data } = await api('GET', 'apiv1/engines');
  const isMember = ({ id, labels, status }: Engine) =>
    !['down', 'pending'].includes(status) &&
    required.every((each) => {
      if (each.subject === 'label') return isMet(each, labelValues(labels, each.key));
      // What runs there changes: the server decides where the containers go, and a network too many does no harm.
      return each.subject !== 'engine' || isMet(each, [id]);
    });
  return { kind: 'each', engines: data.filter(isMember).map(({ id }) => id) };
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

/** The project's existing parts, and all objects with names that its files use, whoever owns them. */
export async function storedOf(api: ApiClient, everything: Stored, desired: Desired): Promise<Stored> {
  const { services, jobs, secrets, networks } = everything;
  const required = new Set(desired.networks.map(({ body }) => body.name));
  const known = new Set([...services, ...jobs].map(({ name }) => name));
  const names = [...desired.services, ...desired.jobs].map(({ name }) => name).filter((name) => !known.has(name));
  const others = await inParallel(names, atOnce, async (name) => {
    const [service, job] = await Promise.all([
      undefinedIfAbsent(api('GET', servicePath(name))),
      undefinedIfAbsent(api('GET', jobPath(name))),
    ]);
    return { service, job };
  });
  return {
    services: [...services, ...others.flatMap(({ service }) => service ?? [])],
    jobs: [...jobs, ...others.flatMap(({ job }) => job ?? [])],
    secrets,
    networks: networks.filter(({ name }) => required.has(name)),
  };
}

async function undefinedIfAbsent<T>(answer: Promise<{ readonly data: T }>): Promise<T | undefined> {
  try {
    return (await answer).data;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** The services and jobs with the project's label. */
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

/** Everything with the project's label. Networks only as far as the caller may read them. */
export async function readProject(api: ApiClient, project: string): Promise<Stored> {
  const [parts, networks, secrets] = await Promise.all([
    readParts(api, project),
    readNetworks(api, 'now').catch(emptyIfForbidden),
    api('GET', 'apiv1/secrets'),
  ]);
  return {
    ...parts,
    networks: networks.filter(({ labels }) => labels[projectLabel] === project),
    secrets: secrets.data.filter(({ labels }) => labels?.[projectLabel] === project),
  };
}

/** A caller that may not read networks has created none. */
function emptyIfForbidden(error: unknown): [] {
  if (error instanceof ApiError && error.status === 403) return [];
  throw error;
}
