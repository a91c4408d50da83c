import { attachmentsOf, type ImageConfig } from '../model/image-config.ts';
import { isPredefinedNetwork } from '../model/network.ts';
import type { ClusterSettings } from '../state/cluster.ts';

/**
 * A container in networks asks the resolvers for names, and those of services in its networks are short. A replica does not have its
 * aliases with Docker then: Docker's DNS would answer with every replica, ready or not. A container that says itself whom it asks is left as it
 * is, but for that. The search list counts for a name without dots alone if Docker's `ndots:0` is overruled.
 */
export function withResolvers(
  image: ImageConfig,
  { discovery }: Pick<ClusterSettings, 'discovery'>,
  isReplica: boolean,
): ImageConfig {
  const networks = attachmentsOf(image);
  const names = networks.map(({ name }) => name).filter((name) => !isPredefinedNetwork(name));
  if (!discovery?.resolvers || names.length === 0) return image;
  const attached = isReplica ? { networks: networks.map(({ aliases: _, ...each }) => each) } : {};
  if (image.dns || hasDns(image.docker)) return { ...image, ...attached };
  const { dns_search: search = [], dns_options: options = [] } = image;
  const hasDots = options.some((each) => each.startsWith('ndots:'));
  return {
    ...{ ...image, ...attached, dns: discovery.resolvers },
    dns_search: [...names.map((name) => `${name}.net.${discovery.domain}`), ...search],
    dns_options: hasDots ? options : [...options, 'ndots:1'],
  };
}

/** In the part of a create body that is merged beneath the fields. */
function hasDns(body: ImageConfig['docker']): boolean {
  const host = body?.HostConfig;
  return typeof host === 'object' && host !== null && 'Dns' in host;
}
