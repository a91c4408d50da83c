export const doorNames = ['bastion', 'deblox'] as const;
export type DoorName = (typeof doorNames)[number];

/** What is said of every door. */
export interface DoorSettings {
  /** Without a host: all interfaces. Port 0: the system chooses. */
  readonly listen: { readonly host?: string; readonly port: number };
}

export interface DebloxSettings extends DoorSettings {
  /** Of the daemon on a host that is registered by its name alone. */
  readonly enginePort: number;
}

/** The doors for clients of other systems that are to be open. */
export interface Doors {
  readonly bastion?: DoorSettings;
  readonly deblox?: DebloxSettings;
}
