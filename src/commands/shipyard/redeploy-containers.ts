import { randomUUID } from 'node:crypto';
import { holdLease } from '../../execution/hold-lease.ts';
import { runContainer } from '../../execution/run-container.ts';
import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { hasLocalVolume, type ImageConfig } from '../../model/image-config.ts';
import { imageRepository } from '../../model/image-name.ts';
import type { BoundReservation } from '../../model/reservation.ts';
import { contentHash } from '../../runtime/content-hash.ts';
import type { Cluster } from '../../state/cluster.ts';
import { destroyContainer } from '../containers/destroy-container.ts';
import { renameContainer } from '../containers/rename-container.ts';
import { restartService } from '../services/change-service.ts';

export interface Redeployed {
  /** Services whose replicas are being replaced. */
  readonly services: readonly string[];
  /** Ids of the new containers. */
  readonly containers: readonly string[];
}

/**
 * Pulls and restarts everything that runs an image of the repository, whatever its tag: services by their update
 * policy, other containers one after the other, each new one before the old one is removed. If a new container does not
 * start, the old one stays, the others continue, and the errors are thrown at the end. Undefined: another server is
 * redeploying it.
 */
export async function redeployContainers(cluster: Cluster, repository: string): Promise<Redeployed | undefined> {
  const name = `redeploy/${contentHash(imageRepository(repository))}`;
  const lease = await holdLease(cluster, name, 'the redeployment');
  if (!lease) return undefined;
  try {
    return await redeploy(cluster, repository, lease.signal);
  } finally {
    await lease.end();
  }
}

async function redeploy(cluster: Cluster, repository: string, signal: AbortSignal): Promise<Redeployed> {
  const services: string[] = [];
  const containers: string[] = [];
  const failures: unknown[] = [];
  const attempt = async (what: string, act: () => Promise<unknown>) => {
    signal.throwIfAborted();
    await act().catch((err: unknown) => {
      cluster.logger.warn({ err, repository }, `${what} not redeployed`);
      failures.push(err);
    });
  };
  for (const { id, value } of cluster.cache.services.all()) {
    if (value.isRemoved || !isOfRepository(value.spec.image.name, repository)) continue;
    await attempt(`service ${id}`, async () => {
      if (await restarted(cluster, id)) services.push(id);
    });
  }
  for (const value of [...cluster.cache.reservations()]) {
    if (value.state !== 'bound' || value.isForeign || value.replica || value.task || value.isAtRest) continue;
    if (!isOfRepository(value.image.name, repository)) continue;
    await attempt(`container ${value.containerId}`, async () => {
      const id = await replace(cluster, value);
      if (id !== undefined) containers.push(id);
    });
  }
  cluster.logger.info(
    { repository, services: services.length, containers: containers.length, failures: failures.length },
    'redeployed',
  );
  if (failures.length > 0) throw allOf(failures);
  return { services, containers };
}

/** False: it was removed meanwhile. */
async function restarted(cluster: Cluster, name: string): Promise<boolean> {
  try {
    await restartService(cluster, name);
    return true;
  } catch (error) {
    if (isSatsumaError(error, 'service_removed') || isSatsumaError(error, 'no_such_service')) return false;
    throw error;
  }
}

/** Undefined: the old container was removed meanwhile, so no new one is wanted. */
async function replace(
  cluster: Cluster,
  { image, name, containerId, engineId }: BoundReservation,
): Promise<string | undefined> {
  if (cluster.cache.reservationsOf(containerId).length === 0) return undefined;
  const started = await runContainer(cluster, recreatedConfig(image, engineId));
  try {
    await destroyContainer(cluster, containerId, engineId);
  } catch (error) {
    if (!isSatsumaError(error, 'no_such_container') && !isSatsumaError(error, 'container_busy')) throw error;
    await destroyContainer(cluster, started.id);
    return undefined;
  }
  // Names are unique, so the new container gets the name after the old one is removed.
  if (image.container_name !== undefined) await renameContainer(cluster, started.id, name);
  return started.id;
}

const maxSentences = 5;

/** One error with all messages. An error that is not a SatsumaError is a bug, and is thrown unchanged. */
function allOf(failures: readonly unknown[]): unknown {
  const [first] = failures;
  const bug = failures.find((each) => !isSatsumaError(each));
  if (bug !== undefined || failures.length === 1 || !isSatsumaError(first)) return bug ?? first;
  const sentences = failures.slice(0, maxSentences).map((each) => (isSatsumaError(each) ? each.message : ''));
  const more = failures.length > maxSentences ? `; and ${failures.length - maxSentences} more` : '';
  return new SatsumaError(first.code, `${sentences.join('; ')}${more}`);
}

function recreatedConfig(image: ImageConfig, engineId: string): ImageConfig {
  const { container_name: name, constraints = [], ...rest } = image;
  const pinned = hasLocalVolume(image) ? [...constraints, `node==${engineId}`] : constraints;
  return {
    ...rest,
    pull: 'always',
    ...(name !== undefined && { container_name: `${name.slice(0, 100)}-${randomUUID().slice(0, 8)}` }),
    ...(pinned.length > 0 && { constraints: pinned }),
  };
}

/** `registry:5000/team/web:2` belongs to the repository `team/web`, but not to `web`. */
function isOfRepository(image: string, repository: string): boolean {
  const [name, target] = [imageRepository(image), imageRepository(repository)];
  return name === target || (name.endsWith(`/${target}`) && isRegistry(name.slice(0, -target.length - 1)));
}

/** The part before the first slash is a registry if it looks like a host, otherwise part of the repository. */
function isRegistry(prefix: string): boolean {
  return !prefix.includes('/') && /[.:]|^localhost$/.test(prefix);
}
