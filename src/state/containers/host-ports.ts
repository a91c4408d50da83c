import type { BoundPorts } from '../../model/container.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { HealthCheck } from '../../model/service.ts';

/** What says where a replica is asked: a service's spec, as far as it matters. */
export interface AskedSpec {
  readonly image: Pick<ImageConfig, 'network_mode' | 'bind_ports'>;
  readonly health?: HealthCheck;
}

/**
 * Where a replica on its engine's own network listens, as far as its spec says: nothing is published there, and the ports of
 * the container are the engine's. Undefined: it has a network of its own.
 */
export function hostPorts({ image, health }: AskedSpec): BoundPorts | undefined {
  if (image.network_mode !== 'host') return undefined;
  const declared = (image.bind_ports ?? []).map(({ container_port, proto }) => ({ container_port, proto }));
  const checked = health ? [{ container_port: health.port, proto: 'tcp' as const }] : [];
  const isNew = (each: (typeof checked)[number]) =>
    !declared.some(({ container_port, proto }) => proto === each.proto && container_port === each.container_port);
  return [...declared, ...checked.filter(isNew)].map((each) => ({ ...each, port: each.container_port, host_ip: '' }));
}
