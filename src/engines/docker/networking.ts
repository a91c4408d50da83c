import type Docker from 'dockerode';
import { attachmentsOf, type ImageConfig, type NetworkAttachment } from '../../model/image-config.ts';
import { isPredefinedNetwork, type NetworkEndpoint } from '../../model/network.ts';
import { optionalField } from './optional-field.ts';

/** Maps an attachment to Docker's endpoint settings. */
export function toEndpoint(endpoint: NetworkEndpoint & Omit<NetworkAttachment, 'name'>): Docker.EndpointSettings {
  const { aliases, ip, ip6, mac_address, link_local_ips: linkLocal, links, driver_opts, gw_priority } = endpoint;
  const address = {
    ...optionalField('IPv4Address', ip),
    ...optionalField('IPv6Address', ip6),
    ...optionalField('LinkLocalIPs', linkLocal && [...linkLocal]),
  };
  return {
    ...optionalField('Aliases', aliases && [...aliases]),
    ...(Object.keys(address).length > 0 && { IPAMConfig: address }),
    ...optionalField('Links', links && [...links]),
    ...optionalField('MacAddress', mac_address),
    ...optionalField('DriverOpts', driver_opts && { ...driver_opts }),
    ...optionalField('GwPriority', gw_priority),
  } as Docker.EndpointSettings;
}

/**
 * The networks of the create body: one only, because engines before Docker 25 accept no more; the container is
 * connected to the others afterwards. Networks with a MAC address are always included: newer engines apply it at
 * creation, but not when a container is connected.
 */
export function toNetworkingConfig(image: ImageConfig): Pick<Docker.ContainerCreateOptions, 'NetworkingConfig'> {
  const attachments = attachmentsOf(image).filter(isOfCreate);
  // A create body with networks replaces Docker's default network, which must then be listed as well.
  return configOf(attachments.every(({ name }) => isPredefinedNetwork(name)) ? [] : attachments);
}

/** All networks of the container, for checks of the request, whichever call attaches them. */
export function toAllNetworks(image: ImageConfig): Pick<Docker.ContainerCreateOptions, 'NetworkingConfig'> {
  return configOf(attachmentsOf(image));
}

function configOf(attachments: readonly NetworkAttachment[]): Pick<Docker.ContainerCreateOptions, 'NetworkingConfig'> {
  const endpoints = attachments.map(({ name, ...endpoint }) => [name, toEndpoint(endpoint)]);
  return endpoints.length > 0 ? { NetworkingConfig: { EndpointsConfig: Object.fromEntries(endpoints) } } : {};
}

function isOfCreate({ mac_address }: NetworkAttachment, index: number): boolean {
  return index === 0 || mac_address !== undefined;
}

/** Connects the remaining networks. If one fails, the container is removed. */
export async function joinOthers(docker: Docker, container: string, image: ImageConfig): Promise<void> {
  try {
    const others = attachmentsOf(image).filter((each, index) => !isOfCreate(each, index));
    for (const { name, ...endpoint } of others) {
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
