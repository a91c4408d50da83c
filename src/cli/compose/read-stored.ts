import { type Desired, type Networking, projectLabel } from '../../compose/desired.ts';
import { isOfProject, type Stored } from '../../compose/stored.ts';
import { type ApiClient, ApiError } from '../api-client.ts';

/** Where networks can be made. */
export async function readNetworking(api: ApiClient): Promise<Networking> {
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

/** What there is of a project, and what its files name. Engines are asked for no more than they must be. */
export async function readStored(api: ApiClient, desired: Desired): Promise<Stored> {
  const { project } = desired;
  const names = new Set([...desired.services, ...desired.jobs].map(({ name }) => name));
  const [services, jobs, secrets, ...networks] = await Promise.all([
    api('GET', 'apiv1/services'),
    api('GET', 'apiv1/jobs'),
    desired.secrets.length === 0 ? undefined : api('GET', 'apiv1/secrets'),
    ...desired.networks.map(({ body }) => api('GET', `apiv1/networks?name=${encodeURIComponent(body.name)}`)),
  ]);
  return {
    services: services.data.filter((each) => isOfProject(each, project) || names.has(each.name)),
    jobs: jobs.data.filter((each) => isOfProject(each, project) || names.has(each.name)),
    secrets: secrets?.data.map(({ name }) => name) ?? [],
    networks: networks.flatMap(({ data }) => data),
  };
}

/** All that carries the label of a project. */
export async function readProject(api: ApiClient, project: string): Promise<Stored> {
  const [services, jobs, networks] = await Promise.all([
    api('GET', 'apiv1/services'),
    api('GET', 'apiv1/jobs'),
    api('GET', 'apiv1/networks'),
  ]);
  return {
    services: services.data.filter((each) => isOfProject(each, project)),
    jobs: jobs.data.filter((each) => isOfProject(each, project)),
    secrets: [],
    networks: networks.data.filter(({ labels }) => labels[projectLabel] === project),
  };
}
