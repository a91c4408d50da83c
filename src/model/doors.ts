export const doorNames = ['bastion', 'calzion', 'deblox', 'docker', 'genisys', 'panamax', 'shipyard'] as const;
export type DoorName = (typeof doorNames)[number];

/** What is said of every door. */
export interface DoorSettings {
  /** Without a host: all interfaces. Port 0: the system chooses. */
  readonly listen: { readonly host?: string; readonly port: number };
  /** What whoever comes through it may do: its clients have no words for who they are. Left out: everything. */
  readonly role?: string;
}

/** The doors for clients of other systems that are to be open. */
export interface Doors {
  readonly bastion?: DoorSettings;
  readonly calzion?: DoorSettings;
  readonly panamax?: DoorSettings;
  readonly genisys?: GenisysSettings;
  readonly deblox?: DebloxSettings;
  readonly docker?: DockerSettings;
  readonly shipyard?: ShipyardSettings;
}

/** Its clients say who they are: it has no role. */
export interface ShipyardSettings extends DoorSettings {
  /** Where the password of the first account is, or is written to. */
  readonly adminPasswordFile?: string;
}

/** Docker's own API. It has an address, a socket, or both. */
export interface DockerSettings extends Partial<DoorSettings> {
  /** The path of a Unix socket that its owner alone can open. */
  readonly socket?: string;
}

export interface DebloxSettings extends DoorSettings {
  /** Of the daemon on a host that is registered by its name alone. */
  readonly enginePort: number;
}

export const countedThings = ['service', 'image'] as const;

export interface GenisysSettings extends DoorSettings {
  /** What is counted as running for a service: its own containers, or all of its image. */
  readonly countBy: (typeof countedThings)[number];
  readonly servicesFile?: ServicesFile;
  /** The connector's own configuration, where the address and the file come from it. */
  readonly connectorFile?: string;
}

/** Services to create where they are not there yet. */
export interface ServicesFile {
  readonly path: string;
  /** By name, as they were read: the door knows what they must be. */
  readonly definitions: Readonly<Record<string, unknown>>;
}
