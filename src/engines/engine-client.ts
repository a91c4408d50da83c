import type { CertificateFacts } from '../model/certificate.ts';
import type { ContainerCheck, ContainerDetail, ContainerSummary, ProcessList } from '../model/container.ts';
import type { UsageSample } from '../model/container-usage.ts';
import type { DiskUsage } from '../model/disk-usage.ts';
import type { DaemonInfo, EngineRecord } from '../model/engine.ts';
import type { EngineSetup } from '../model/finding.ts';
import type { ImageConfig } from '../model/image-config.ts';
import type { Policy, PolicyRules, PolicyViolation } from '../model/policy.ts';
import type { IngressPort, SwarmView } from '../model/swarm.ts';
import type { VolumeSpec } from '../model/volume.ts';
import type { ArchiveOperations } from './archive-operations.ts';
import type { BuildOperations } from './build-operations.ts';
import type { ContainerOperations } from './container-operations.ts';
import type { ImageOperations } from './image-operations.ts';
import type { ProcessOperations } from './process-operations.ts';
import type { RelayOperations } from './relay-operations.ts';
import type { SwarmOperations } from './swarm-operations.ts';
import type { NetworkOperations, VolumeOperations } from './volume-operations.ts';

/**
 * One engine, independent of Docker's API. Every call has a deadline and throws only SatsumaError: `engine_unreachable`
 * (nothing was changed), `engine_certificate` (TLS refused by either side), `engine_timeout` (the outcome is unknown)
 * or `engine_refused` (an error or an invalid response), in addition to the codes listed per call. Messages name the
 * engine and suggest a remedy.
 */
export interface EngineClient
  extends ContainerOperations,
    ProcessOperations,
    ImageOperations,
    BuildOperations,
    ArchiveOperations,
    VolumeOperations,
    NetworkOperations,
    SwarmOperations,
    RelayOperations {
  /** Connects to the daemon and negotiates the API version. */
  handshake(): Promise<Handshake>;
  /** Managers only: the ports that each node of the swarm binds. */
  listIngressPorts(): Promise<readonly IngressPort[]>;
  /** The engine's wall clock, in milliseconds since 1970. Comparable only with times of the same engine. */
  time(): Promise<number>;
  /** The daemon's setup, for diagnostics. */
  examine(): Promise<EngineSetup>;
  /** The daemon's disk usage; computing it is expensive for the engine. */
  diskUsage(): Promise<DiskUsage>;
  /** Checks that the daemon responds; the cheapest call. */
  ping(options?: PingOptions): Promise<void>;
  /**
   * All containers, running or not. `label`: only those with `key=value`; `ids`: only these full ids. Of an invalid
   * entry, the unreadable fields have safe values, and `unclear` gives the reason.
   */
  listContainers(filter?: ListFilter): Promise<ContainerList>;
  /**
   * Invalid fields have safe values, and `unclear` gives the reason. Throws `no_such_container`. Docker blocks an
   * inspect while it starts the container: `engine_timeout` does not imply a problem of the engine.
   */
  inspectContainer(id: string): Promise<ContainerDetail>;
  /**
   * Creates a container without starting it, and returns its id. Throws `no_such_image`, `name_taken`, `engine_failed`
   * if the engine does not work (HTTP 500, invalid response), `engine_lacks` if the engine lacks something that the
   * container needs, such as its network, and `forbidden` if the policy refuses the request body, or a volume that it
   * names.
   */
  createContainer(spec: ContainerSpec): Promise<string>;
  /** Throws `forbidden` if the policy refuses the image config, or its volumes and networks on this engine. */
  enforcePolicy(policy: Policy, image: ImageConfig): Promise<void>;
  /**
   * No effect if it is running. Throws `port_taken`, `no_such_container`, `wrong_state` if it is paused,
   * `engine_failed` if the engine does not work, `engine_lacks` as `createContainer`, and `engine_refused` if no engine
   * can start the container.
   */
  startContainer(id: string): Promise<void>;
  /**
   * Stops it gracefully; no effect if it is stopped. `timeoutSeconds`: the time before it is killed; default: the
   * container's own timeout, usually 10. Throws `no_such_container`.
   */
  stopContainer(id: string, options?: StopOptions): Promise<void>;
  /** Stops it if it runs, then starts it. Throws as `stopContainer` and `startContainer`. */
  restartContainer(id: string, options?: StopOptions): Promise<void>;
  /** Sends a signal, by default KILL. Throws `no_such_container`, `wrong_state` if it is not running, `invalid`. */
  killContainer(id: string, signal?: string): Promise<void>;
  /** Freezes all its processes; no effect if it is paused. Throws `no_such_container`, `wrong_state`. */
  pauseContainer(id: string): Promise<void>;
  /** Resumes them; no effect if it is not paused. Throws as `pauseContainer`. */
  unpauseContainer(id: string): Promise<void>;
  /** Its processes, as listed by `ps` with these arguments. Throws as `pauseContainer`. */
  listProcesses(id: string, psArgs?: string): Promise<ProcessList>;
  /**
   * Its current resource usage. Docker 20.10 and newer respond immediately; older engines after one or two seconds,
   * with a previous measurement. Throws `no_such_container`.
   */
  sampleUsage(id: string): Promise<UsageSample>;
  /** Its current state. Throws `no_such_container`, `engine_refused` if the response lacks it. */
  checkContainer(id: string): Promise<ContainerCheck>;
  /** Docker's inspect document, unmodified. Throws `no_such_container`. */
  inspectDocument(id: string): Promise<unknown>;
  /** Docker's list, unmodified: all containers, running or not, or all images. */
  listDocuments(kind: DocumentKind): Promise<readonly unknown[]>;
  /**
   * Streams stdout and stderr interleaved, unmodified, with backpressure. Resolves when the response starts. Ends after
   * the last line; with `follow`, when the container exits or the signal aborts. Throws `no_such_container`.
   */
  openLogs(id: string, options: LogOptions, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
  /**
   * Removes it, killing it first if it runs, with its anonymous volumes. Throws `no_such_container`, `container_busy`,
   * and `wrong_state` if it runs and `unlessRunning` is set.
   */
  removeContainer(id: string, options?: RemoveOptions): Promise<void>;
  /**
   * Streams events of containers, images and volumes until the signal aborts. Resolves when the response starts.
   * `since`: the `at` of the last received event, so that none is lost between connections. Ends or throws when the
   * connection is lost; has no deadline, because an engine may have no events.
   */
  openEvents(signal: AbortSignal, since?: string): Promise<AsyncIterable<EngineEvent | SkippedEvent>>;
}

/** `swarm`: present if the engine is in Swarm mode. */
export interface Handshake {
  readonly daemon: DaemonInfo;
  readonly swarm?: SwarmView & { readonly isManager: boolean };
}

/**
 * `leftOut`: the number of entries without a container id, or beyond the limit. A missing container may be among them.
 * `unclear`: why entries are missing.
 */
export interface ContainerList extends ReadonlyArray<ContainerSummary> {
  readonly leftOut?: number;
  readonly unclear?: string;
}

export interface ListFilter {
  readonly label?: string;
  readonly ids?: readonly string[];
}

export type DocumentKind = 'containers' | 'images';

export interface PingOptions {
  /** Over a connection of its own: calls that take long may hold all others. */
  readonly isApart?: boolean;
}

export interface RemoveOptions {
  /** Keeps its anonymous volumes. */
  readonly keepsVolumes?: boolean | undefined;
  /** Fails atomically if the container runs. */
  readonly unlessRunning?: boolean | undefined;
}

export interface StopOptions {
  readonly timeoutSeconds?: number | undefined;
}

export interface LogOptions {
  /** Lines from the end, or all. */
  readonly tail: number | 'all';
  readonly follow: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly timestamps: boolean;
  /** Seconds since 1970, with a fraction. */
  readonly since?: string | undefined;
  /** The same format. Not with `follow`, which would end with the first line after it. */
  readonly until?: string | undefined;
  /** The client that reads the logs, for its share of the streams. Absent: Satsuma itself. */
  readonly reader?: string | undefined;
}

export interface EngineEvent {
  readonly kind: 'container' | 'image' | 'volume';
  /** Docker's action: `start`, `die`, `destroy`, `pull`, ... */
  readonly action: string;
  /** The id of the container or image; the name of a volume. */
  readonly id: string;
  /** The time as Docker's `since` accepts it: seconds since 1970 with a fraction. */
  readonly at: string;
  /** Set for containers of Satsuma. */
  readonly reservationId?: string;
  /** For a container: its name and image; for `die`, also the exit code. */
  readonly name?: string;
  readonly image?: string;
  readonly exitCode?: number;
}

/** Replaces an event that exceeds the line limit. Only a resync recovers its content. */
export interface SkippedEvent {
  readonly kind: 'skipped';
}

export interface ContainerSpec {
  readonly image: ImageConfig;
  /** The policy that the image config names. Required then: without it, nothing is created. */
  readonly policy?: Policy | undefined;
  /** Without a leading slash. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The machine's CPUs: Docker rejects a higher limit. */
  readonly maximumCpus: number;
}

/** The clients by engine; connections are reused between calls. */
export interface EnginePool {
  /** The canonical spelling of an address: `tcp://h` and `https://H:2376` are the same engine. Throws `invalid`. */
  canonicalAddress(addr: string): string;
  /**
   * The trusted authorities (`ca-cert`) and Satsuma's client certificate (`ssl-cert`); empty if engines are reached
   * over sockets.
   */
  certificates(): readonly CertificateFacts[];
  /** The certificate of each engine's last handshake, named by engine id. */
  engineCertificates(): readonly CertificateFacts[];
  /**
   * Parses a PEM certificate, the first of several, and finds the authority that issued it. Throws if it is invalid.
   */
  identify(name: string, pem: string): CertificateFacts;
  /** The violations of a policy that can be detected without an engine. */
  violations(
    rules: PolicyRules,
    of: { readonly image: ImageConfig } | { readonly volume: VolumeSpec },
  ): readonly PolicyViolation[];
  client(engine: Pick<EngineRecord, 'id' | 'addr'>): EngineClient;
  /** Closes the connections of a removed engine. */
  forget(engineId: string): void;
  close(): void;
}
