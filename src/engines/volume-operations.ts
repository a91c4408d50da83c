import type { Network, NetworkDetail, NetworkEndpoint, NetworkList, NetworkSpec } from '../model/network.ts';
import type { Volume, VolumeList, VolumeSpec } from '../model/volume.ts';

/** Operations on the volumes of an engine. Throws as EngineClient. */
export interface VolumeOperations {
  /** Sorted by name. `isUnused`: only volumes without containers, running or not. */
  listVolumes(filter?: { readonly isUnused?: boolean }): Promise<VolumeList>;
  /** Throws `no_such_volume`. */
  inspectVolume(name: string): Promise<Volume>;
  /** Returns an existing volume unchanged. Throws `name_taken` if that volume has another driver, and `invalid`. */
  createVolume(spec: VolumeSpec): Promise<Volume>;
  /** Throws `no_such_volume`, `volume_in_use`. */
  removeVolume(name: string): Promise<void>;
  /** Names of the containers that use the volume, or are in the network. `isRunning`: only running ones. */
  listUsers(of: UsedThing): Promise<readonly string[]>;
}

export type UsedThing = ({ readonly volume: string } | { readonly network: string }) & { readonly isRunning?: boolean };

/** Operations on the networks of an engine, by name or id. Throws as EngineClient. */
export interface NetworkOperations {
  /** Sorted by name. */
  listNetworks(): Promise<NetworkList>;
  /** Throws `no_such_network`. */
  inspectNetwork(reference: string): Promise<NetworkDetail>;
  /** Throws `name_taken`, `invalid`. */
  createNetwork(spec: NetworkSpec): Promise<Network>;
  /** Throws `no_such_network`, `network_in_use`, and `invalid` for predefined networks. */
  removeNetwork(reference: string): Promise<void>;
  /**
   * Throws `no_such_network`, `no_such_container`, `wrong_state` if the container is already connected, and `invalid`.
   */
  connectNetwork(reference: string, containerId: string, endpoint: NetworkEndpoint): Promise<void>;
  /** Throws as `connectNetwork`. */
  disconnectNetwork(reference: string, containerId: string, options: { readonly isForced: boolean }): Promise<void>;
}
