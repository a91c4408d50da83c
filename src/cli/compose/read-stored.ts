import { projectLabel } from '../../application/labels.ts';
import type { Desired, Networking } from '../../compose/desired.ts';
import { isOfProject, type Stored } from '../../compose/stored.ts';
import { type ApiClient, ApiError } from '../api-client.ts';

/** All that there is, and where networks can be made: asked at once, since each answer is waited for. */
export interface Everything extends Stored {
  readonly networking: Networking;
}

export async function readEverything(api: ApiClient): Promise<Everything> {
  const [networking, services, jobs, secrets, networks] = await Promise.all([
    readNetworking(api),
    api('GET', 'apiv1/services'),
    api('GET', 'apiv1/jobs'),
    api('GET', 'apiv1/secrets'),
    api('GET', 'apiv1/networks'),
  ]);
  return { networking, services: services.data, jobs: jobs.data, secrets: secrets.data, networks: networks.data };
}

async function readNetworking(api: ApiClient): Promise<Networking> {
  const [isMesh, engines] = await Promise.all([hasMesh(api), api('GET', 'apiv1/engines')]);
  if (isMesh) return { kind: 'mesh' };
  const [first, second] = engines.data;
  return first && !second ? { kind: 'engine', engine: first.id } : { kind: 'none' };
}

async function hasMesh(api: ApiClient): Promise<boolean> {
  try {
    const { data } = await api('GET', 'apiv1/mesh');
    return !data.ending;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

/** What there is of a project, and what its files name. */
export function storedOf({ services, jobs, secrets, networks }: Stored, desired: Desired): Stored {
  const { project } = desired;
  const names = new Set([...desired.services, ...desired.jobs].map(({ name }) => name));
  const wanted = new Set(desired.networks.map(({ body }) => body.name));
  return {
    services: services.filter((each) => isOfProject(each, project) || names.has(each.name)),
    jobs: jobs.filter((each) => isOfProject(each, project) || names.has(each.name)),
    secrets,
    networks: networks.filter(({ name }) => wanted.has(name)),
  };
}

/** All that carries the label of a project. */
export async function readProject(api: ApiClient, project: string): Promise<Stored> {
  const [services, jobs, networks, secrets] = await Promise.all([
    api('GET', 'apiv1/services'),
    api('GET', 'apiv1/jobs'),
    api('GET', 'apiv1/networks'),
    api('GET', 'apiv1/secrets'),
  ]);
  return {
    services: services.data.filter((each) => isOfProject(each, project)),
    jobs: jobs.data.filter((each) => isOfProject(each, project)),
    networks: networks.data.filter(({ labels }) => labels[projectLabel] === project),
    secrets: secrets.data.filter(({ labels }) => labels?.[projectLabel] === project),
  };
}
