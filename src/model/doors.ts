export const doorNames = ['bastion', 'calzion', 'deblox', 'docker', 'genisys', 'panamax', 'shipyard'] as const;
export type DoorName = (typeof doorNames)[number];

/** Settings that every door has. */
export interface DoorSettings {
  /** No host: all interfaces. Port 0: the system chooses one. */
  readonly listen: { readonly host?: string; readonly port: number };
  /** The role of all its clients, because their protocol has no authentication. Absent: no restriction. */
  readonly role?: string;
}

/** The doors (APIs of other systems) that are enabled. */
export interface Doors {
  readonly bastion?: DoorSettings;
  readonly calzion?: DoorSettings;
  readonly panamax?: DoorSettings;
  readonly genisys?: GenisysSettings;
  readonly deblox?: DebloxSettings;
  readonly docker?: DockerSettings;
  readonly shipyard?: ShipyardSettings;
}

/** Clients of this API authenticate themselves, so it has no role. */
export interface ShipyardSettings extends DoorSettings {
  /** The file with the password of the first account; created if missing. */
  readonly adminPasswordFile?: string;
}

/** How lists name a container: by its name, or as classic Swarm did, `/ENGINE/NAME`. */
export const containerNamings = ['plain', 'engine'] as const;
export type ContainerNaming = (typeof containerNamings)[number];

/** Docker's own API. It listens on an address, a socket, or both. */
export interface DockerSettings extends Partial<DoorSettings> {
  /** The path of a Unix socket with owner-only permissions. */
  readonly socket?: string;
  /** Absent: plain. */
  readonly names?: ContainerNaming;
}

export interface DebloxSettings extends DoorSettings {
  /** The port of the daemon for a host that is registered by name only. */
  readonly enginePort: number;
}

export const countedThings = ['service', 'image'] as const;

export interface GenisysSettings extends DoorSettings {
  /** What counts as running for a service: its own containers, or all containers of its image. */
  readonly countBy: (typeof countedThings)[number];
  readonly servicesFile?: ServicesFile;
  /** The connector's own configuration file, if the address and the services file come from it. */
  readonly connectorFile?: string;
}

/** Services to create at start unless they exist. */
export interface ServicesFile {
  readonly path: string;
  /** Definitions by name, unvalidated: the door validates them. */
  readonly definitions: Readonly<Record<string, unknown>>;
}
