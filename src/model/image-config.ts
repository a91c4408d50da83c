import type { NetworkEndpoint } from './network.ts';
import type { Mount, RuntimeOptions } from './runtime-options.ts';
import type { SecretFile } from './secret.ts';

/**
 * citadel's Image: what to run and what it needs. The names are those of the API, because this document travels
 * unchanged from the request into the store, the container's label and the answer.
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
  /** Names the schedulers that are asked; `multi` unless said otherwise. */
  readonly type: string;
  readonly labels?: readonly string[];
  /** What the engine must be or have, or should; see constraint.ts. */
  readonly constraints?: readonly string[];
  /** The key of the engine label over whose values containers are spread; or `engine`. */
  readonly spread?: string;
  /** Of what the operator counts on engines: how much it takes. */
  readonly resources?: Readonly<Record<string, number>>;
  /** Of the engine's host, `PATH[:PATH_IN_CONTAINER][:rwm]`; or the name of a CDI device, `VENDOR/CLASS=NAME`. */
  readonly devices?: readonly string[];
  /** As `docker run --gpus`: all, so many, those with these ids, or what a driver is asked for. */
  readonly gpus?: 'all' | number | readonly string[] | GpuRequest;
  readonly bind_ports?: readonly PortBinding[];
  readonly user_data?: Readonly<Record<string, readonly string[]>>;
  /** Container name to alias. */
  readonly links?: Readonly<Record<string, string>>;
  readonly restart_policy: RestartPolicy;
  /** Publishes every port the image exposes, as `docker run -P`. */
  readonly publish?: boolean;
  readonly network_mode?: string;
  /** Networks of the engine, in place of `network_mode`: names, or how it is in them. */
  readonly networks?: readonly (string | NetworkAttachment)[];
  readonly container_name?: string;
  readonly volumes?: readonly string[];
  /** Files in /run/secrets, which is in memory: what is named here, and never a value. */
  readonly secrets?: readonly SecretFile[];
  /** Containers whose volumes it has too: `NAME[:ro|rw]`. */
  readonly volumes_from?: readonly string[];
  readonly strategy?: StrategyName;
  readonly pull?: PullPolicy;
  /** What becomes of a single container whose engine is lost; a service's replicas are placed anew in any case. */
  readonly reschedule?: ReschedulePolicy;
  /** The policy that its containers are held against, each time that one is made. */
  readonly policy?: string;
  /** What it belongs to. Left out: `default`. */
  readonly project?: string;
}

/** A device that a file of the Container Device Interface describes on its engine. */
export function isCdiName(device: string): boolean {
  return !device.startsWith('/');
}

/** By the words of `docker run --gpus`. One GPU unless it is said how many, or which. */
export interface GpuRequest {
  readonly driver?: string;
  readonly count?: 'all' | number;
  readonly device_ids?: readonly string[];
  /** Beside `gpu`. */
  readonly capabilities?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
}

export const defaultProject = 'default';

export function projectOf({ project = defaultProject }: Pick<ImageConfig, 'project'>): string {
  return project;
}

/** How a container is in a network. */
export interface NetworkAttachment extends NetworkEndpoint {
  readonly name: string;
  readonly mac_address?: string;
  readonly link_local_ips?: readonly string[];
  /** Of the driver of the network. */
  readonly driver_opts?: Readonly<Record<string, string>>;
  /** The network with the highest one has the default gateway. */
  readonly gw_priority?: number;
}

export function attachmentsOf({ networks = [] }: Pick<ImageConfig, 'networks'>): NetworkAttachment[] {
  return networks.map((each) => (typeof each === 'string' ? { name: each } : each));
}

/** Docker runs nothing with less memory; 0 is no limit. */
export const leastMemoryMiB = 6;

/** A bind or a named volume: what is in it does not move with the container. */
export function hasLocalVolume({ volumes = [], mounts = [] }: Pick<ImageConfig, 'volumes' | 'mounts'>): boolean {
  const isLocal = ({ type, source = '' }: Mount) => source !== '' && type !== 'image';
  return volumes.some((volume) => volume.includes(':')) || mounts.some(isLocal);
}

export const protocols = ['tcp', 'udp', 'sctp'] as const;
export type Protocol = (typeof protocols)[number];

export interface PortBinding {
  readonly proto: Protocol;
  /** Left out: all addresses. */
  readonly host_ip?: string;
  /** Left out or 0: the engine chooses. */
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
