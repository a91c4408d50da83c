import { attachmentsOf, type ImageConfig } from '../model/image-config.ts';
import { isPredefinedNetwork } from '../model/network.ts';
import type { ClusterSettings } from '../state/cluster.ts';

/**
 * Configures containers in networks to use Satsuma's resolvers, with short names for services in their networks.
 * Replicas then get no aliases in Docker, whose DNS would return all replicas, ready or not. A container with its own
 * DNS settings is otherwise left unchanged. For names without dots, the search list only applies if Docker's `ndots:0`
 * is overridden.
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

/** In the raw create body. */
function hasDns(body: ImageConfig['docker']): boolean {
  const host = body?.HostConfig;
  return typeof host === 'object' && host !== null && 'Dns' in host;
}
