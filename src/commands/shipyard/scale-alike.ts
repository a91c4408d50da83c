import { isSatsumaError, SatsumaError } from '../../model/errors.ts';
import { hasLocalVolume, type ImageConfig, projectOf } from '../../model/image-config.ts';
import type { Approval } from '../../model/policy.ts';
import type { Reservation } from '../../model/reservation.ts';
import type { Scope } from '../../model/scope.ts';
import type { Cluster } from '../../state/cluster.ts';
import { isEngineWithin } from '../../state/scopes.ts';
import { destroyContainer } from '../containers/destroy-container.ts';
import { inspectContainer } from '../containers/inspect-container.ts';
import { runAllOrNone } from '../containers/run-containers.ts';
import { scaleService } from '../services/change-service.ts';

/**
 * Scales the containers like this one: same project, image, memory, type and number of arguments. New ones get no host
 * ports, addresses or host name, so that they fit beside it; with volumes, mounts or links they run on its engine. The
 * newest are removed first, this one last. A replica of a service scales its service. `held`: applies the caller's
 * policy, or throws. Throws `not_ours`, what `runAllOrNone` throws, or an engine's error.
 */
export async function scaleAlike(
  cluster: Cluster,
  reference: string,
  count: number,
  {
    held,
    scope,
    ...approval
  }: Approval & { readonly held: (image: ImageConfig) => ImageConfig; readonly scope?: Scope | undefined },
): Promise<void> {
  const { container, reservation } = await inspectContainer(cluster, reference);
  if (!reservation) {
    throw new SatsumaError(
      'invalid',
      `container ${container.name} was started by others: there is no image config to run again`,
    );
  }
  if (reservation.replica) return void (await scaleService(cluster, reservation.replica.service, count, approval));
  const alike = cluster.cache
    .reservations()
    .filter((each) => isAlike(each, reservation) && each.id !== reservation.id)
    .filter(({ engineId }) => !scope || isEngineWithin(cluster, scope, engineId))
    .sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  const missing = count - alike.length - 1;
  if (missing > 0) await runAllOrNone(cluster, held(copyOf(reservation)), { count: missing });
  const spare = [reservation, ...alike].slice(Math.max(0, count)).toReversed();
  for (const { containerId, engineId } of spare) {
    if (containerId === undefined) continue;
    await destroyContainer(cluster, containerId, engineId).catch((error: unknown) => {
      if (!isSatsumaError(error, 'no_such_container')) throw error;
    });
  }
}

function isAlike(one: Reservation, other: Reservation): boolean {
  if (one.isForeign || one.replica || one.task || one.state !== 'bound') return false;
  const [a, b] = [one.image, other.image];
  const isSameSize = a.memory === b.memory && (a.args?.length ?? 0) === (b.args?.length ?? 0);
  return projectOf(a) === projectOf(b) && a.name === b.name && a.type === b.type && isSameSize;
}

function copyOf({ image, engineId }: Reservation): ImageConfig {
  const { hostname: _, container_name: __, bind_ports: ports, constraints = [], networks, docker, ...rest } = image;
  const isBound = hasLocalVolume(image) || [image.volumes, image.volumes_from].some((each) => each && each.length > 0);
  const hasLinks = Object.keys(image.links ?? {}).length > 0;
  return {
    ...rest,
    ...(networks && { networks: networks.map(withoutAddress) }),
    ...(docker && { docker: withoutMac(docker) }),
    ...(ports && { bind_ports: ports.map(({ port: _port, host_ip: _ip, ...port }) => port) }),
    ...(isBound || hasLinks
      ? { constraints: [...constraints, `node==${engineId}`] }
      : constraints.length > 0 && { constraints }),
  };
}

function withoutAddress(network: NonNullable<ImageConfig['networks']>[number]): typeof network {
  if (typeof network === 'string') return network;
  const { ip: _, ip6: __, mac_address: ___, link_local_ips: ____, ...rest } = network;
  return rest;
}

function withoutMac({
  MacAddress: _,
  ...rest
}: NonNullable<ImageConfig['docker']>): NonNullable<ImageConfig['docker']> {
  return rest;
}
