import type { ImageConfig, NetworkAttachment, PortBinding } from './image-config.ts';

/**
 * The contract of a plug-in: how the named ports of a service are reached, within the cluster (`lan`) or from outside (`wan`). It is a pure
 * function: equal services come to equal parts, or an unchanged template would exchange replicas.
 */
export type NetworkPlugin = LanPlugin | WanPlugin;

interface Described {
  readonly name: string;
  /** One sentence about what it does. */
  readonly description: string;
}

export interface LanPlugin extends Described {
  readonly kind: 'lan';
  readonly describe: (service: LanService) => LanPart;
}

export interface WanPlugin extends Described {
  readonly kind: 'wan';
  readonly describe: (service: WanService) => WanPart;
}

interface ConnectedService {
  readonly deployment: string;
  /** In the template. */
  readonly name: string;
}

export interface LanService extends ConnectedService {
  readonly ports: readonly LanPort[];
}

export interface LanPort {
  /** Empty: the only port of a service that names none. */
  readonly name: string;
  /** In the container. */
  readonly number: number;
  /** A port that no other port of a deployment has, for whoever needs one on the engine. */
  readonly assigned: number;
}

export interface WanService extends ConnectedService {
  /** What the template asks for in `wan_map`. */
  readonly ports: readonly WanPort[];
}

export interface WanPort {
  /** Of the named port. */
  readonly name: string;
  /** In the container. */
  readonly number: number;
  /** From outside. */
  readonly port: number;
  /** An address of the engine, if the template names one. */
  readonly address?: string;
}

export interface WanPart {
  readonly bindPorts: readonly PortBinding[];
  /** Networks to attach the containers to. */
  readonly networks: readonly NetworkAttachment[];
  /** What is filled in when the engine is known; see placed-values.ts. */
  readonly userData: NonNullable<ImageConfig['user_data']>;
}

export interface LanPart extends WanPart {
  /** Networks over all engines that must be there before. */
  readonly neededNetworks: readonly string[];
  /** Where each port is looked for, in the order of the ports; `{HOST}` is the address of the engine. */
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
}

/** All of them by name. */
export interface NetworkPlugins {
  readonly lans: ReadonlyMap<string, LanPlugin>;
  readonly wans: ReadonlyMap<string, WanPlugin>;
}

/** Of a deployment that names none. */
export const defaultLan = 'host_lan';
export const defaultWan = 'host_wan';
