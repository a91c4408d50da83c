import type { Network, NetworkDetail, NetworkEndpoint, NetworkList, NetworkSpec } from '../model/network.ts';
import type { Volume, VolumeList, VolumeSpec } from '../model/volume.ts';

/** Volumes of an engine. Throws as EngineClient says. */
export interface VolumeOperations {
  /** Sorted by name. `isUnused`: those that no container has, running or not. */
  listVolumes(filter?: { readonly isUnused?: boolean }): Promise<VolumeList>;
  /** Throws `no_such_volume`. */
  inspectVolume(name: string): Promise<Volume>;
  /** One that is there already is given back as it is. Throws `name_taken` where that is another kind of volume, and `invalid`. */
  createVolume(spec: VolumeSpec): Promise<Volume>;
  /** Throws `no_such_volume`, `volume_in_use`. */
  removeVolume(name: string): Promise<void>;
  /** Names of the containers that have the volume, or are in the network; `isRunning`: without those that do not run. */
  listUsers(of: UsedThing): Promise<readonly string[]>;
}

export type UsedThing = ({ readonly volume: string } | { readonly network: string }) & { readonly isRunning?: boolean };

/** Networks of an engine, by name or id. Throws as EngineClient says. */
export interface NetworkOperations {
  /** Sorted by name. */
  listNetworks(): Promise<NetworkList>;
  /** Throws `no_such_network`. */
  inspectNetwork(reference: string): Promise<NetworkDetail>;
  /** Throws `name_taken`, `invalid`. */
  createNetwork(spec: NetworkSpec): Promise<Network>;
  /** Throws `no_such_network`, `network_in_use`, and `invalid` of one that each engine has. */
  removeNetwork(reference: string): Promise<void>;
  /** Throws `no_such_network`, `no_such_container`, `wrong_state` of a container that is in it already, and `invalid`. */
  connectNetwork(reference: string, containerId: string, endpoint: NetworkEndpoint): Promise<void>;
  /** Throws as `connectNetwork`. */
  disconnectNetwork(reference: string, containerId: string, options: { readonly isForced: boolean }): Promise<void>;
}
