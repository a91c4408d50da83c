import type { NetworkEndpoint } from './network.ts';
import type { Mount, RuntimeOptions } from './runtime-options.ts';
import type { SecretFile } from './secret.ts';

/**
 * citadel's Image: what to run and what it requires. Fields are named as in the API, because the document is stored,
 * put into the container's label and returned unchanged.
 */
export interface ImageConfig extends RuntimeOptions {
  readonly name: string;
  /** A decimal number of CPUs. */
  readonly cpus?: number;
  /** MiB. */
  readonly memory?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly hostname?: string;
  readonly domain?: string;
  readonly args?: readonly string[];
  readonly entrypoint?: readonly string[];
  /** The schedulers to use. Default: `multi`. */
  readonly type: string;
  readonly labels?: readonly string[];
  /** Requirements and preferences for the engine; see constraint.ts. */
  readonly constraints?: readonly string[];
  /** The engine label key over whose values containers are spread; or `engine`. */
  readonly spread?: string;
  /** Amounts of custom engine resources. */
  readonly resources?: Readonly<Record<string, number>>;
  /** Host devices, `PATH[:PATH_IN_CONTAINER][:rwm]`; or names of CDI devices, `VENDOR/CLASS=NAME`. */
  readonly devices?: readonly string[];
  /** As `docker run --gpus`: all, a count, device ids, or a full device request. */
  readonly gpus?: 'all' | number | readonly string[] | GpuRequest;
  readonly bind_ports?: readonly PortBinding[];
  readonly user_data?: Readonly<Record<string, readonly string[]>>;
  /** Container name to alias. */
  readonly links?: Readonly<Record<string, string>>;
  readonly restart_policy: RestartPolicy;
  /** Publishes every port the image exposes, as `docker run -P`. */
  readonly publish?: boolean;
  readonly network_mode?: string;
  /** Networks of the engine, instead of `network_mode`: names, or attachments with options. */
  readonly networks?: readonly (string | NetworkAttachment)[];
  readonly container_name?: string;
  readonly volumes?: readonly string[];
  /** Files in /run/secrets, an in-memory folder, or at an absolute path. Contains references, never values. */
  readonly secrets?: readonly SecretFile[];
  /** Containers whose volumes are mounted too: `NAME[:ro|rw]`. */
  readonly volumes_from?: readonly string[];
  readonly strategy?: StrategyName;
  readonly pull?: PullPolicy;
  /** What happens to a standalone container when its engine is lost. Service replicas are always rescheduled. */
  readonly reschedule?: ReschedulePolicy;
  /** The policy that its containers are checked against, whenever one is created. */
  readonly policy?: string;
  /** The project of the container. Absent: `default`. */
  readonly project?: string;
}

/** Whether the device is a CDI name rather than a path. */
export function isCdiName(device: string): boolean {
  return !device.startsWith('/');
}

/** Named as in `docker run --gpus`. One GPU unless a count or ids are given. */
export interface GpuRequest {
  readonly driver?: string;
  readonly count?: 'all' | number;
  readonly device_ids?: readonly string[];
  /** In addition to `gpu`. */
  readonly capabilities?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
}

export const defaultProject = 'default';

export function projectOf({ project = defaultProject }: Pick<ImageConfig, 'project'>): string {
  return project;
}

/** How a container is attached to a network. */
export interface NetworkAttachment extends NetworkEndpoint {
  readonly name: string;
  readonly mac_address?: string;
  readonly link_local_ips?: readonly string[];
  /** Containers with an alias for them in the network: `NAME` or `NAME:ALIAS`. */
  readonly links?: readonly string[];
  /** Options of the network's driver. */
  readonly driver_opts?: Readonly<Record<string, string>>;
  /** The network with the highest priority provides the default gateway. */
  readonly gw_priority?: number;
}

export function attachmentsOf({ networks = [] }: Pick<ImageConfig, 'networks'>): NetworkAttachment[] {
  return networks.map((each) => (typeof each === 'string' ? { name: each } : each));
}

/** Docker's minimum memory limit; 0 is no limit. */
export const minMemoryMiB = 6;

/** A bind or a named volume: its data does not move with the container. */
export function hasLocalVolume({ volumes = [], mounts = [] }: Pick<ImageConfig, 'volumes' | 'mounts'>): boolean {
  const isLocal = ({ type, source = '' }: Mount) => source !== '' && type !== 'image';
  return volumes.some((volume) => volume.includes(':')) || mounts.some(isLocal);
}

export const protocols = ['tcp', 'udp', 'sctp'] as const;
export type Protocol = (typeof protocols)[number];

export interface PortBinding {
  readonly proto: Protocol;
  /** Absent: all addresses. */
  readonly host_ip?: string;
  /** Absent or 0: the engine chooses a port. */
  readonly port?: number;
  readonly container_port: number;
}

export const restartPolicies = ['no', 'on-failure', 'always', 'unless-stopped'] as const;

export interface RestartPolicy {
  readonly name?: (typeof restartPolicies)[number];
  readonly maximum_retry?: number;
}

export const strategyNames = ['binpack', 'spread', 'round-robin', 'random'] as const;
export type StrategyName = (typeof strategyNames)[number];

export const reschedulePolicies = ['on-engine-failure'] as const;
export type ReschedulePolicy = (typeof reschedulePolicies)[number];

export const pullPolicies = ['missing', 'always', 'never'] as const;
export type PullPolicy = (typeof pullPolicies)[number];
