import type { ImageConfig, NetworkAttachment, PortBinding } from '../model/image-config.ts';

/** How a service that is to be reached within the cluster asks a plug-in for it. */
export interface LanService {
  readonly deployment: string;
  readonly name: string;
  readonly ports: readonly LanPort[];
}

export interface LanPort {
  readonly name: string;
  /** In the container. */
  readonly number: number;
  /** A port that no other port of a deployment has, for whoever needs one on the engine. */
  readonly assigned: number;
}

export interface LanPart {
  readonly bindPorts: readonly PortBinding[];
  readonly networks: readonly NetworkAttachment[];
  /** Networks over all engines that must be there before. */
  readonly neededNetworks: readonly string[];
  /** Where each port is looked for, in the order of the ports; `{HOST}` is the address of the engine. */
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  /** What is filled in when the engine is known. */
  readonly userData: NonNullable<ImageConfig['user_data']>;
}

/**
 * The contract of a plug-in: how the named ports of a service can be reached within the cluster. It is a pure function: equal services
 * come to equal parts, or an unchanged template would exchange replicas.
 */
export interface Lan {
  readonly name: string;
  readonly describe: (service: LanService) => LanPart;
}
