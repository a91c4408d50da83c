import type { BoundPorts } from '../../model/container.ts';
import type { ImageConfig } from '../../model/image-config.ts';
import type { HealthCheck } from '../../model/service.ts';

/** The part of a service's spec that determines its ports. */
export interface RequestedPorts {
  readonly image: Pick<ImageConfig, 'network_mode' | 'bind_ports'>;
  readonly health?: HealthCheck;
}

/**
 * The ports of a replica with host networking, from its spec: nothing is published, and container ports are engine
 * ports. Undefined: it has its own network.
 */
export function hostPorts({ image, health }: RequestedPorts): BoundPorts | undefined {
  if (image.network_mode !== 'host') return undefined;
  const declared = (image.bind_ports ?? []).map(({ container_port, proto }) => ({ container_port, proto }));
  const checked = health ? [{ container_port: health.port, proto: 'tcp' as const }] : [];
  const isNew = (each: (typeof checked)[number]) =>
    !declared.some(({ container_port, proto }) => proto === each.proto && container_port === each.container_port);
  return [...declared, ...checked.filter(isNew)].map((each) => ({ ...each, port: each.container_port, host_ip: '' }));
}
