export const doorNames = ['bastion', 'panamax'] as const;
export type DoorName = (typeof doorNames)[number];

/** What is said of every door. */
export interface DoorSettings {
  /** Without a host: all interfaces. Port 0: the system chooses. */
  readonly listen: { readonly host?: string; readonly port: number };
}

/** The doors for clients of other systems that are to be open. */
export interface Doors {
  readonly bastion?: DoorSettings;
  readonly panamax?: DoorSettings;
}
