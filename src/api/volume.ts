import type { NetworkMember, Subnet } from '../model/network.ts';

/** A volume of an engine. */
export interface VolumeRow {
  readonly engine: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly mountpoint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly created_at?: string;
  /** An engine: the volume is being copied from there, and not whole yet. */
  readonly copying_from?: string;
}

/** With the names of the containers that have it. */
export interface InspectedVolume extends VolumeRow {
  readonly used_by: readonly string[];
}

export interface CreateVolumeBody {
  readonly engine: string;
  readonly name?: string;
  readonly driver?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface PruneBody {
  readonly engines?: readonly string[];
  /** Of engines. */
  readonly labels?: readonly string[];
  readonly dry_run?: boolean;
}

export interface PruneVolumesBody extends PruneBody {
  /** Those with a name, too. */
  readonly all?: boolean;
}

export interface PrunedRow {
  readonly engine: string;
  readonly name: string;
}

export interface PrunedRows {
  readonly dry_run: boolean;
  readonly removed: readonly PrunedRow[];
  readonly kept: readonly (PrunedRow & { readonly reason: string })[];
}

/** A network of an engine. */
export interface NetworkRow {
  readonly engine: string;
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ipv6: boolean;
  readonly subnets: readonly Subnet[];
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly created_at?: string;
}

/** With the containers that run in it. */
export interface InspectedNetwork extends NetworkRow {
  readonly containers: readonly NetworkMember[];
}

export interface CreateNetworkBody {
  readonly name: string;
  /** An engine; left out: all that are in the mesh. */
  readonly scope?: string;
  readonly driver?: string;
  readonly internal?: boolean;
  readonly attachable?: boolean;
  readonly ipv6?: boolean;
  readonly subnet?: string;
  readonly gateway?: string;
  readonly ip_range?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface ConnectBody {
  readonly container: string;
  readonly aliases?: readonly string[];
  readonly ip?: string;
  readonly ip6?: string;
}

export interface DisconnectBody {
  readonly container: string;
  readonly force?: boolean;
}

/** The body of POST /apiv1/volume/{engine}/{name}/copy. */
export interface CopyVolumeBody {
  /** An engine. */
  readonly to: string;
}

/** Lines of its answer: how far it is, and at last what was copied. */
export type CopyVolumeLine = CopyProgress | CopiedVolume;

export interface CopyProgress {
  readonly status: 'copying' | 'checking';
  readonly bytes: number;
}

export interface CopiedVolume {
  readonly ok: true;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** Of the archive. */
  readonly bytes: number;
  readonly entries: number;
  /** Of all files, whichever their times. */
  readonly digest: string;
}

/** A volume or a network. */
export interface ThingOnEngine {
  readonly engine: string;
  readonly name: string;
}

export interface NetworkMembership extends ThingOnEngine {
  readonly container: string;
}
