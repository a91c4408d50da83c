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
  /** The engine from which the volume is being copied; the copy is incomplete. */
  readonly copying_from?: string;
}

/** A volume with the names of the containers that use it. */
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
  /** Labels of engines. */
  readonly labels?: readonly string[];
  readonly dry_run?: boolean;
}

export interface PruneVolumesBody extends PruneBody {
  /** Also named volumes. */
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

/** A network with its running containers. */
export interface InspectedNetwork extends NetworkRow {
  readonly containers: readonly NetworkMember[];
}

export interface CreateNetworkBody {
  readonly name: string;
  /** An engine. Default: the whole mesh. */
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
  /** The target engine. */
  readonly to: string;
}

/** Lines of the answer: progress, then the result. */
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
  /** The size of the archive. */
  readonly bytes: number;
  readonly entries: number;
  /** A digest of all files, without their times. */
  readonly digest: string;
}

/** A volume or a network, with its engine. */
export interface ThingOnEngine {
  readonly engine: string;
  readonly name: string;
}

export interface NetworkMembership extends ThingOnEngine {
  readonly container: string;
}
