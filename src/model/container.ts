import type { ImageConfig, PortBinding, RestartPolicy } from './image-config.ts';

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** Ports as the engine has bound them. */
export type BoundPorts = readonly Required<PortBinding>[];

/** A container as listed by its engine. Names have no leading slash. */
export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly imageName: string;
  readonly state: ContainerState;
  /** The engine's status text, with a time relative to the list call: `Exited (3) 2 minutes ago`. */
  readonly status?: string;
  /** The last exit code, if the status text contains it. */
  readonly exitCode?: number;
  /** Its HEALTHCHECK fails. */
  readonly isUnhealthy?: true;
  readonly labels: Readonly<Record<string, string>>;
  /** Ports bound right now; empty while it is not running. */
  readonly ports: readonly Required<PortBinding>[];
  /** Its addresses in user-defined networks, by network name. Absent: none, as while it is not running. */
  readonly addresses?: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly createdAt: string;
  /**
   * Why some fields could not be read. Such fields have their worst case: the container runs, and binds all addresses.
   */
  readonly unclear?: string;
}

/** The processes of a container, as shown by `ps`. */
export interface ProcessList {
  readonly titles: readonly string[];
  /** One row per process, with one text per title. */
  readonly processes: readonly (readonly string[])[];
}

/** Docker's names: it is not running, it exits the next time, it is removed. */
export const waitConditions = ['not-running', 'next-exit', 'removed'] as const;
export type WaitCondition = (typeof waitConditions)[number];

/** How a container exited. */
export interface ContainerExit {
  readonly exitCode: number;
  /** Why the engine could not run it. */
  readonly error?: string;
}

/** A difference from the image's file system. */
export interface FileChange {
  readonly path: string;
  readonly kind: 'changed' | 'added' | 'deleted';
}

/** Fields of an existing container that can be changed; absent fields stay unchanged. */
export type ContainerUpdate = Partial<
  Pick<ImageConfig, 'cpus' | 'memory' | 'memory_swap' | 'pids_limit' | 'restart_policy'>
>;

export interface CommitOptions {
  /** Name and tag. Absent: the image has only an id. */
  readonly image?: string | undefined;
  readonly author?: string | undefined;
  readonly message?: string | undefined;
  /** Dockerfile instructions. */
  readonly changes?: readonly string[] | undefined;
  /** False: the container keeps running during the commit. */
  readonly pause?: boolean | undefined;
}

/** The current state of a container. */
export interface ContainerCheck {
  readonly isRunning: boolean;
  /** It exited, and its engine is about to restart it by its restart policy. */
  readonly isRestarting: boolean;
  /** It was started at least once, and may have exited since. */
  readonly wasStarted: boolean;
  /** When it was last started, as the engine wrote it: identifies a start, and is not comparable with other clocks. */
  readonly startedAt: string;
  /** The last exit code. */
  readonly exitCode: number;
  /** The kernel's OOM killer ended it, or a process in it. */
  readonly isOutOfMemory: boolean;
  /** How often its engine restarted it. */
  readonly restarts: number;
  /** From the image's HEALTHCHECK; undefined if it has none. */
  readonly health?: 'starting' | 'healthy' | 'unhealthy';
  /** Ports as bound. */
  readonly ports: readonly Required<PortBinding>[];
}

/**
 * Fields that only an inspect returns. They are constant, except for the name, the state and what `docker update`
 * changes.
 */
export interface ContainerDetail {
  readonly id: string;
  /** The image name as requested at creation, whatever that name refers to now; '' if unknown. */
  readonly imageName: string;
  readonly hostname: string;
  readonly domain: string;
  readonly entrypoint: readonly string[];
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Mount points and binds, in the syntax of `docker run -v`. */
  readonly volumes: readonly string[];
  readonly restartPolicy: RestartPolicy;
  readonly networkMode: string;
  /** 0: no limit. */
  readonly cpus: number;
  /** MiB; 0: no limit. */
  readonly memory: number;
  readonly citadel?: CitadelMarks;
  /** Ports as requested, whether the container runs or not. */
  readonly bindPorts: readonly PortBinding[];
  /** Ports bound right now. */
  readonly ports: readonly Required<PortBinding>[];
  /** Why some fields could not be read. */
  readonly unclear?: string;
}

/** Metadata that citadel, bastion and clementine leave on their containers. */
export interface CitadelMarks {
  readonly type: string;
  readonly labels: readonly string[];
  /** Hundredths of the engine's CPUs; 0: none requested. */
  readonly cpuShares: number;
}
