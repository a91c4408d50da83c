import type Docker from 'dockerode';
import { attachmentsOf, type ImageConfig } from '../../model/image-config.ts';
import { isPredefinedNetwork, type NetworkEndpoint } from '../../model/network.ts';
import { given } from './given.ts';

/** What Docker takes of a container in a network. */
export function toEndpoint({ aliases, ip, ip6 }: NetworkEndpoint): Docker.EndpointSettings {
  const address = { ...given('IPv4Address', ip), ...given('IPv6Address', ip6) };
  return {
    ...given('Aliases', aliases && [...aliases]),
    ...(Object.keys(address).length > 0 && { IPAMConfig: address }),
  } as Docker.EndpointSettings;
}

/** The part of a create: one network. Engines before Docker 25 take no more; the container is connected to the others. */
export function toNetworkingConfig(image: ImageConfig): Pick<Docker.ContainerCreateOptions, 'NetworkingConfig'> {
  const [first] = attachmentsOf(image);
  if (!first || isPredefinedNetwork(first.name)) return {};
  return { NetworkingConfig: { EndpointsConfig: { [first.name]: toEndpoint(first) } } };
}

/** The networks after the first. A container that cannot be in all of them is none. */
export async function joinOthers(docker: Docker, container: string, image: ImageConfig): Promise<void> {
  try {
    for (const { name, ...endpoint } of attachmentsOf(image).slice(1)) {
      await docker.getNetwork(name).connect({ Container: container, EndpointConfig: toEndpoint(endpoint) });
    }
  } catch (error) {
    await docker
      .getContainer(container)
      .remove({ force: true, v: true })
      .catch(() => undefined);
    throw error;
  }
}
