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
import type { ContainerOperations } from './container-operations.ts';
import type { ImageOperations } from './image-operations.ts';
import type { ProcessOperations } from './process-operations.ts';
import type { RelayOperations } from './relay-operations.ts';
import type { SwarmOperations } from './swarm-operations.ts';
import type { NetworkOperations, VolumeOperations } from './volume-operations.ts';

/**
 * One engine, in our words. Every call has a deadline and throws SatsumaError only: `engine_unreachable`
 * (nothing was changed), `engine_certificate` (TLS refused by either side), `engine_timeout` (nothing is known of the outcome) or
 * `engine_refused` (it answered with an error, or with what makes no sense), besides what each call names. Messages name the engine and say what to do.
 */
export interface EngineClient
  extends ContainerOperations,
    ProcessOperations,
    ImageOperations,
    ArchiveOperations,
    VolumeOperations,
    NetworkOperations,
    SwarmOperations,
    RelayOperations {
  /** Reaches the daemon and negotiates the API version. */
  handshake(): Promise<Handshake>;
  /** Of a manager of a swarm: the ports that each of its nodes binds. */
  listIngressPorts(): Promise<readonly IngressPort[]>;
  /** What time it is by the engine's wall clock, in milliseconds since 1970. Only the engine's own times compare with it. */
  time(): Promise<number>;
  /** How the daemon is set up, for whoever looks for what is wrong. */
  examine(): Promise<EngineSetup>;
  /** What it keeps on its disk; an engine looks at every file for it. */
  diskUsage(): Promise<DiskUsage>;
  /** Whether the daemon answers; the cheapest question. */
  ping(): Promise<void>;
  /**
   * All containers, running or not; `label`: those that carry `key=value`; `ids`: those of these full ids. Doubt about one container costs that container:
   * what cannot be read of it has a safe value, and `unclear` says so.
   */
  listContainers(filter?: ListFilter): Promise<ContainerList>;
  /**
   * A field that makes no sense has a safe value, and `unclear` says so. Throws `no_such_container`. Docker keeps an
   * inspection waiting while it starts the container: `engine_timeout` need not be about the engine.
   */
  inspectContainer(id: string): Promise<ContainerDetail>;
  /**
   * The id of a container, created and not started. Throws `no_such_image`, `name_taken`, and `engine_failed` where it is
   * the engine that does not work (HTTP 500, an answer without sense) rather than the request; `engine_lacks` where the
   * engine has not what the container needs, such as its network, and another engine may; `forbidden` where the policy
   * refuses the very body that would be sent, or a volume of the engine that it names.
   */
  createContainer(spec: ContainerSpec): Promise<string>;
  /**
   * Throws `forbidden` where the policy refuses the image config, or what its volumes and networks are on this engine.
   */
  obeyPolicy(policy: Policy, image: ImageConfig): Promise<void>;
  /**
   * Starting a running one changes nothing. Throws `port_taken`, `no_such_container`, `wrong_state` of one that is paused, and
   * `engine_failed` where the engine does not work, `engine_lacks` as `createContainer`; a container that no engine can
   * start is `engine_refused`.
   */
  startContainer(id: string): Promise<void>;
  /**
   * Stops it, kindly first; one that does not run is left as it is. `timeoutSeconds`: how long it may take over that; left
   * out, what it was made with, 10 as a rule. Throws `no_such_container`.
   */
  stopContainer(id: string, options?: StopOptions): Promise<void>;
  /** Stops it if it runs, and starts it. Throws as `stopContainer` and `startContainer`. */
  restartContainer(id: string, options?: StopOptions): Promise<void>;
  /** Sends it a signal, KILL unless named. Throws `no_such_container`, `wrong_state` where it does not run, `invalid`. */
  killContainer(id: string, signal?: string): Promise<void>;
  /** Freezes all its processes; one that is frozen is left as it is. Throws `no_such_container`, `wrong_state`. */
  pauseContainer(id: string): Promise<void>;
  /** Lets them go on; one that is not frozen is left as it is. Throws as `pauseContainer`. */
  unpauseContainer(id: string): Promise<void>;
  /** Its processes, as `ps` shows them with these arguments. Throws as `pauseContainer`. */
  listProcesses(id: string, psArgs?: string): Promise<ProcessList>;
  /**
   * What it uses right now. An engine of Docker 20.10 or newer answers at once; an older one after a second or two, with its
   * own count of the moment before. Throws `no_such_container`.
   */
  sampleUsage(id: string): Promise<UsageSample>;
  /** How it is doing right now. Throws `no_such_container`, `engine_refused` where the answer does not tell. */
  checkContainer(id: string): Promise<ContainerCheck>;
  /** Docker's own inspect document, as it is. Throws `no_such_container`. */
  inspectDocument(id: string): Promise<unknown>;
  /** Docker's own list, as it is: every container, running or not, or every image. */
  listDocuments(kind: DocumentKind): Promise<readonly unknown[]>;
  /**
   * What it wrote, as it wrote it, both streams in one; resolves when the engine begins to tell. Read as fast as it is
   * asked for. Ends when everything was told, with `follow` when the container ends or the signal aborts. Throws
   * `no_such_container`.
   */
  openLogs(id: string, options: LogOptions, signal: AbortSignal): Promise<AsyncIterable<Buffer>>;
  /**
   * Kills it if it runs and removes it with its anonymous volumes. Throws `no_such_container`, `container_busy`, and
   * `wrong_state` of one that runs and is removed `unlessRunning`.
   */
  removeContainer(id: string, options?: RemoveOptions): Promise<void>;
  /**
   * What happens to containers and images, until the signal aborts: resolves when the engine begins to tell. `since`: the
   * `at` of the last event that was seen, so that none is lost over a new connection. Ends, or throws, when the
   * connection is lost; has no deadline, for an engine may have nothing to tell.
   */
  openEvents(signal: AbortSignal, since?: string): Promise<AsyncIterable<EngineEvent | SkippedEvent>>;
}

/** `swarm`: of an engine in Docker's Swarm mode. */
export interface Handshake {
  readonly daemon: DaemonInfo;
  readonly swarm?: SwarmView & { readonly isManager: boolean };
}

/**
 * `leftOut`: entries that do not tell which container they are about, or that are too many. A container that is missing may
 * be one of them. `unclear`: why some are left out.
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

export interface RemoveOptions {
  /** Its anonymous volumes stay. */
  readonly keepsVolumes?: boolean | undefined;
  /** The engine looks at the container's state in the same step: one that runs stays as it is. */
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
  /** The same; not where they are followed, which would end with the first line after it. */
  readonly until?: string | undefined;
  /** The client that reads them: each has a share of what can be read at a time. Left out: Satsuma itself. */
  readonly reader?: string | undefined;
}

export interface EngineEvent {
  readonly kind: 'container' | 'image' | 'volume';
  /** Docker's word: `start`, `die`, `destroy`, `pull`, ... */
  readonly action: string;
  /** The container's or the image's; the name of a volume. */
  readonly id: string;
  /** When, as Docker's `since` takes it: seconds since 1970 with a fraction. */
  readonly at: string;
  /** Of a container of ours. */
  readonly reservationId?: string;
  /** Of a container: its name and that of its image; and of one that died, how. */
  readonly name?: string;
  readonly image?: string;
  readonly exitCode?: number;
}

/** In place of an event that was too long to be read. What it told is seen by a resync alone. */
export interface SkippedEvent {
  readonly kind: 'skipped';
}

export interface ContainerSpec {
  readonly image: ImageConfig;
  /** The one that the image config names; nothing is created where it names one and none is given. */
  readonly policy?: Policy | undefined;
  /** Without the leading slash. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The machine's own CPUs: Docker refuses a limit beyond them. */
  readonly maximumCpus: number;
}

/** The clients by engine; connections are kept between calls. */
export interface EnginePool {
  /** The one spelling of an address: `tcp://h` and `https://H:2376` are the same engine. Throws `invalid`. */
  canonicalAddress(addr: string): string;
  /** The authorities that Satsuma believes (`ca-cert`), and what it shows to engines (`ssl-cert`); none where engines are reached over sockets. */
  certificates(): readonly CertificateFacts[];
  /** What each engine showed at the last handshake, under the engine's id. */
  engineCertificates(): readonly CertificateFacts[];
  /** Of any certificate in PEM, the first of several: what it is, and which of the authorities signed it. Throws for what is none. */
  identify(name: string, pem: string): CertificateFacts;
  /** What a policy refuses, as far as it can be known without an engine. */
  violations(
    rules: PolicyRules,
    of: { readonly image: ImageConfig } | { readonly volume: VolumeSpec },
  ): readonly PolicyViolation[];
  client(engine: Pick<EngineRecord, 'id' | 'addr'>): EngineClient;
  /** Closes the connections of an engine that is gone. */
  forget(engineId: string): void;
  close(): void;
}
