import type { ImageConfig } from '../../src/model/image-config.ts';

/** Runs containers: Satsuma, or a raw client of the engines. */
export interface Contestant {
  /** Creates and starts it. */
  run(image: ImageConfig): Promise<Running>;
  close(): void;
}

export interface Running {
  readonly id: string;
  /** From the first byte of the request to the last byte of the answer. */
  readonly elapsedMs: number;
  /** Kills and removes it; its ports and resources are free when this resolves. */
  remove(): Promise<void>;
}

export const networks = ['bridge', 'host', 'none'] as const;
/** The network of a container: a published port on a bridge, the host's network, or none. */
export type Network = (typeof networks)[number];

const connection: Readonly<Record<Network, (port: number) => Partial<ImageConfig>>> = {
  bridge: (port) => ({ bind_ports: [{ proto: 'tcp', port, container_port: 80 }] }),
  host: () => ({ network_mode: 'host' }),
  none: () => ({ network_mode: 'none' }),
};

/**
 * Complete, as Satsuma would fill it in, so that both contestants send the same. `index`: gives it a port of its own.
 * Without `cpus`: such a limit also slows the container's start, which would dominate the measurement.
 */
export function containerFor(network: Network, index: number, where: Partial<ImageConfig>): ImageConfig {
  return {
    name: 'demo/busybox:1',
    memory: 16,
    type: 'label',
    restart_policy: {},
    ...connection[network](20_000 + index),
    ...where,
  };
}
