import type { ImageConfig, PortBinding, RestartPolicy } from './image-config.ts';

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** As an engine has bound them. */
export type BoundPorts = readonly Required<PortBinding>[];

/** What an engine's list tells of a container. Names are without Docker's leading slash. */
export interface ContainerSummary {
  readonly id: string;
  readonly name: string;
  readonly imageName: string;
  readonly state: ContainerState;
  /** Its engine's words, with a time from the moment of the list: `Exited (3) 2 minutes ago`. */
  readonly status?: string;
  /** Of what ended last, where the engine's words tell it. */
  readonly exitCode?: number;
  /** Its HEALTHCHECK says so. */
  readonly isUnhealthy?: true;
  readonly labels: Readonly<Record<string, string>>;
  /** As bound right now: none while it does not run. */
  readonly ports: readonly Required<PortBinding>[];
  /** Its addresses in networks that users made, by the network's name. Left out: none, as while it does not run. */
  readonly addresses?: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Why some of this could not be read. What could not is at its worst: it runs, and binds all addresses. */
  readonly unclear?: string;
}

/** What `ps` shows of a container's processes. */
export interface ProcessList {
  readonly titles: readonly string[];
  /** As many texts as there are titles, for each process. */
  readonly processes: readonly (readonly string[])[];
}

/** Docker's words: it does not run, it runs and ends once more, it is gone. */
export const waitConditions = ['not-running', 'next-exit', 'removed'] as const;
export type WaitCondition = (typeof waitConditions)[number];

/** How a container ended. */
export interface ContainerExit {
  readonly exitCode: number;
  /** Why the engine could not run it. */
  readonly error?: string;
}

/** What differs from the image. */
export interface FileChange {
  readonly path: string;
  readonly kind: 'changed' | 'added' | 'deleted';
}

/** What can be changed of a container that is there; what is left out stays. */
export type ContainerUpdate = Partial<
  Pick<ImageConfig, 'cpus' | 'memory' | 'memory_swap' | 'pids_limit' | 'restart_policy'>
>;

export interface CommitOptions {
  /** Name and tag; left out, the image has only an id. */
  readonly image?: string | undefined;
  readonly author?: string | undefined;
  readonly message?: string | undefined;
  /** Lines as of a Dockerfile. */
  readonly changes?: readonly string[] | undefined;
  /** False: the container runs on meanwhile. */
  readonly pause?: boolean | undefined;
}

/** How a container is doing right now. */
export interface ContainerCheck {
  readonly isRunning: boolean;
  /** It ended, and its engine is about to start it again by its restart policy. */
  readonly isRestarting: boolean;
  /** It was started once, and may have ended since. */
  readonly wasStarted: boolean;
  /** When it was last started, in its engine's words: they tell one start from another, and not how long ago it was. */
  readonly startedAt: string;
  /** Of what ended last. */
  readonly exitCode: number;
  /** The kernel killed it, or a process in it, for its memory. */
  readonly isOutOfMemory: boolean;
  /** How often its engine started it again by itself. */
  readonly restarts: number;
  /** By the image's HEALTHCHECK; undefined where it has none. */
  readonly health?: 'starting' | 'healthy' | 'unhealthy';
  /** As bound. */
  readonly ports: readonly Required<PortBinding>[];
}

/** What only an inspection tells. None of it changes while the container lives, but for its name, its state and what `docker update` sets. */
export interface ContainerDetail {
  readonly id: string;
  /** As it was asked for, whatever that name means by now; '' where it is not known. */
  readonly imageName: string;
  readonly hostname: string;
  readonly domain: string;
  readonly entrypoint: readonly string[];
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Mount points and binds, as `docker run -v` takes them. */
  readonly volumes: readonly string[];
  readonly restartPolicy: RestartPolicy;
  readonly networkMode: string;
  /** 0: no limit. */
  readonly cpus: number;
  /** MiB; 0: no limit. */
  readonly memory: number;
  readonly citadel?: CitadelMarks;
  /** As asked for, whether the container runs or not. */
  readonly bindPorts: readonly PortBinding[];
  /** As bound right now. */
  readonly ports: readonly Required<PortBinding>[];
  /** Why some of this could not be read. */
  readonly unclear?: string;
}

/** What citadel, bastion and clementine leave on the containers that they start. */
export interface CitadelMarks {
  readonly type: string;
  readonly labels: readonly string[];
  /** Hundredths of the engine's CPUs; 0: none were asked for. */
  readonly cpuShares: number;
}
