import type { ImageConfig } from '../../model/image-config.ts';
import type { ServiceSpec } from '../../model/service.ts';
import { hostPorts } from '../../state/containers/host-ports.ts';

/** The container ports on which a router can reach a service: its published TCP ports, without duplicates. */
export function routablePorts(spec: Pick<ServiceSpec, 'image' | 'health'>): number[] {
  const ports: Pick<NonNullable<ImageConfig['bind_ports']>[number], 'proto' | 'container_port'>[] = [
    ...(hostPorts(spec) ?? spec.image.bind_ports ?? []),
  ];
  return [...new Set(ports.filter(({ proto }) => proto === 'tcp').map((each) => each.container_port))];
}
