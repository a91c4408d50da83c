import type { ImageConfig } from '../../src/model/image-config.ts';
import { Random } from '../random.ts';
import { imageName, wellKnownPorts, zones } from './fleet.ts';

/** Every type that comes with Satsuma. */
export const types = ['label', 'service', 'host', 'port', 'image', 'unique', 'multi'] as const;
export type BenchType = (typeof types)[number];

const engineLabels: Readonly<Record<BenchType, (random: Random, engineIds: readonly string[]) => readonly string[]>> = {
  label: (random) => [random.oneOf(zones), 'ssd'],
  service: (random) => [random.oneOf(zones)],
  host: (random, engineIds) => [`host:${engineIds[random.between(0, engineIds.length - 1)]}`],
  port: () => [],
  image: () => [],
  unique: () => [],
  multi: (random) => [random.oneOf(zones), 'ssd'],
};

/** Image configs to place, no two alike: what is learned of one must not help with the next. */
export function requestsFor(type: BenchType, engineIds: readonly string[], count: number): readonly ImageConfig[] {
  const random = new Random(types.indexOf(type) + 1);
  return Array.from({ length: count }, (_, index) => ({
    name: imageName(random),
    cpus: random.between(1, 20) / 10,
    memory: random.between(1, 64) * 64,
    type,
    labels: engineLabels[type](random, engineIds),
    bind_ports: [{ proto: 'tcp' as const, port: random.oneOf(wellKnownPorts), container_port: 80 }],
    container_name: `web-${index}`,
    restart_policy: {},
  }));
}
