import { randomUUID } from 'node:crypto';
import { runContainer } from '../../execution/run-container.ts';
import { hasLocalVolume, type ImageConfig } from '../../model/image-config.ts';
import { imageRepository } from '../../model/image-name.ts';
import type { BoundReservation } from '../../model/reservation.ts';
import type { Cluster } from '../../state/cluster.ts';
import { restartService } from '../services/change-service.ts';
import { destroyContainer } from './destroy-container.ts';
import { renameContainer } from './rename-container.ts';

export interface Redeployed {
  /** Services that exchange their replicas from now on. */
  readonly services: readonly string[];
  /** Ids of containers that run in place of others. */
  readonly containers: readonly string[];
}

/**
 * Has what runs of a repository, whatever its tag, pulled and started anew: services by their update policy, other containers one after
 * the other, each new one before the old one goes. Where the new one does not start, the old one stays, and this throws what kept it.
 */
export async function redeployContainers(cluster: Cluster, repository: string): Promise<Redeployed> {
  const services = cluster.cache.services
    .all()
    .filter(({ value }) => isOfRepository(value.spec.image.name, repository))
    .map(({ id }) => id);
  for (const name of services) await restartService(cluster, name);
  const containers: string[] = [];
  for (const value of cluster.cache.reservations()) {
    if (value.state !== 'bound' || value.isForeign || value.replica || value.task || value.isAtRest) continue;
    if (isOfRepository(value.image.name, repository)) containers.push(await replace(cluster, value));
  }
  cluster.logger.info({ repository, services: services.length, containers: containers.length }, 'redeployed');
  return { services, containers };
}

async function replace(cluster: Cluster, { image, name, containerId, engineId }: BoundReservation): Promise<string> {
  const started = await runContainer(cluster, anew(image, engineId));
  await destroyContainer(cluster, containerId, engineId);
  // Two cannot have one name: it is given on.
  if (image.container_name !== undefined) await renameContainer(cluster, started.id, name);
  return started.id;
}

function anew(image: ImageConfig, engineId: string): ImageConfig {
  const { container_name: name, constraints = [], ...rest } = image;
  const pinned = hasLocalVolume(image) ? [...constraints, `node==${engineId}`] : constraints;
  return {
    ...rest,
    pull: 'always',
    ...(name !== undefined && { container_name: `${name.slice(0, 100)}-${randomUUID().slice(0, 8)}` }),
    ...(pinned.length > 0 && { constraints: pinned }),
  };
}

/** `registry:5000/team/web:2` is of `team/web`; of `web` it is not. */
export function isOfRepository(image: string, repository: string): boolean {
  const [name, wanted] = [imageRepository(image), imageRepository(repository)];
  return name === wanted || (name.endsWith(`/${wanted}`) && isRegistry(name.slice(0, -wanted.length - 1)));
}

/** The part of a name before its first slash is a registry if it could be a host, and a part of the repository otherwise. */
function isRegistry(prefix: string): boolean {
  return !prefix.includes('/') && /[.:]|^localhost$/.test(prefix);
}
