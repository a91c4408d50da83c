import type { ImageConfig } from '../../src/model/image-config.ts';

/** Who runs containers: Satsuma, or a client of the bare engines. */
export interface Contestant {
  /** Creates and starts it. */
  run(image: ImageConfig): Promise<Running>;
  close(): void;
}

export interface Running {
  readonly id: string;
  /** From the first byte of the request to the last of the answer. */
  readonly elapsedMs: number;
  /** Kills and removes it; its ports and its place are free when this resolves. */
  remove(): Promise<void>;
}

export const networks = ['bridge', 'host', 'none'] as const;
/** How a container is connected: with a port published on a bridge, with the host's network, or with none. */
export type Network = (typeof networks)[number];

const connection: Readonly<Record<Network, (port: number) => Partial<ImageConfig>>> = {
  bridge: (port) => ({ bind_ports: [{ proto: 'tcp', port, container_port: 80 }] }),
  host: () => ({ network_mode: 'host' }),
  none: () => ({ network_mode: 'none' }),
};

/**
 * Written out as Satsuma completes it, so that both contestants start from the same. `index`: its port is its own. It
 * has no `cpus`: such a limit holds for its own start too, which would then be what is measured.
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
