import type { ImageConfig, PortBinding } from './image-config.ts';
import type { KeptNumbers } from './kept-numbers.ts';
import type { ServiceMove } from './service-move.ts';

/** What should run, and how it is kept running. Fields are named as in the API. */
export interface ServiceSpec {
  readonly image: ImageConfig;
  /** A number of replicas, or one on each feasible engine. */
  readonly replicas: number | 'global';
  readonly update: UpdatePolicy;
  /** Absent: Docker's HEALTHCHECK, if the image has one. */
  readonly health?: HealthCheck;
  /** Services whose addresses a replica gets, and that it waits for: service to alias. */
  readonly links?: Readonly<Record<string, string>>;
  /** Seconds that an engine may be down before its replicas are rescheduled. */
  readonly grace: number;
  /** Seconds between a replica's removal from the catalog and its stop, so that clients finish their requests. */
  readonly shutdown_delay: number;
  /** Docker's ForceUpdate: a counter that changes the template without any other change. Absent: 0. */
  readonly force_update?: number;
  /** Counts changes of the environment that linked services provide. Absent: 0. */
  readonly link_update?: number;
}

export const updateOrders = ['start-first', 'stop-first'] as const;
export const failureActions = ['pause', 'rollback'] as const;

export interface UpdatePolicy {
  /** How many replicas are replaced at the same time; 0: all. */
  readonly parallelism: number;
  /** Seconds between replacements. */
  readonly delay: number;
  readonly order: (typeof updateOrders)[number];
  /** Seconds that a new replica must run before it counts as stable. */
  readonly monitor: number;
  /** How many new replicas may fail. */
  readonly max_failure: number;
  readonly on_failure: (typeof failureActions)[number];
}

/** A check that Satsuma makes at the replica's published port. */
export interface HealthCheck {
  readonly type: 'tcp' | 'http';
  /** The container port. */
  readonly port: number;
  /** HTTP only; any 2xx or 3xx is healthy. */
  readonly path: string;
  /** Seconds. */
  readonly interval: number;
  readonly timeout: number;
  /** So many consecutive failures make it unhealthy. */
  readonly retries: number;
  /** Seconds after the start during which failures are ignored. */
  readonly start_period: number;
}

/** A service as the store keeps it. */
export interface ServiceRecord {
  /** Random: a later service with the same name has another id. Absent for services of older releases. */
  readonly id?: string;
  /** Starts at 1 and counts every change. */
  readonly generation: number;
  /** The generation that introduced the current template; replicas are compared with it. */
  readonly template: number;
  readonly spec: ServiceSpec;
  readonly cause: ServiceChange;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** A user paused the rollout: no replica is replaced. */
  readonly isPaused: boolean;
  /** How often a user resumed the rollout; each resume resets the failure count. */
  readonly resumes: number;
  /** Marked for deletion; deleted after its replicas are gone. */
  readonly isRemoved: boolean;
  /** The generation that was recreated from replica labels after a loss of the store. */
  readonly restoredAs?: number;
  /** For a generation that was requested from a plan: the preferred engine for the first replica of each slot. */
  readonly places?: Places;
  /** Which generations are kept. Absent: all. */
  readonly kept?: KeptNumbers;
  /** The last generation with another template, the target of a rollback. */
  readonly previous?: number;
  /** Of linked services: a hash of their last known environment. */
  readonly linked?: Readonly<Record<string, string>>;
  /** The current or last move of replicas to another engine with their volumes. */
  readonly move?: ServiceMove;
}

/** Engine ids by slot. */
export type Places = Readonly<Record<string, string>>;

export type ServiceChange = 'create' | 'update' | 'restart' | 'scale' | 'rollback' | 'automatic rollback' | 'restore';

/** The stored part of each generation. */
export type ServiceGeneration = Pick<ServiceRecord, 'template' | 'spec' | 'cause'> & { readonly createdAt: string };

/** Identifies a service's replica. If two share a slot, the later generation wins, then the later copy. */
export interface Replica {
  readonly service: string;
  /** The id of the service's record. */
  readonly serviceId?: string;
  /** Hash of its template: distinguishes equal generation numbers after a loss of the store. */
  readonly fingerprint?: string;
  /** `1`, `2`, ...; the engine's id for a global service. */
  readonly slot: string;
  /** The generation that introduced its template. */
  readonly generation: number;
  /** Counts the containers that stood in this slot. */
  readonly copy: number;
}

/**
 * State that the leader found out and shares with all servers: everything that is not in the ledger or on the engines.
 * Replicas are keyed by reservation id.
 */
export interface ServiceStatus {
  readonly replicas: Readonly<Record<string, ReplicaMark>>;
  /** Why slots are empty, by slot; valid for `asked`. */
  readonly waiting: Readonly<Record<string, SlotWait>>;
  /** The requested state when `waiting` was written. */
  readonly asked?: Asked;
  readonly rollout?: Rollout;
  /** By slot, the last template that was stable there, if it differs from the stable one; see stand-ins.ts. */
  readonly proven?: Readonly<Record<string, number>>;
  /** By slot, the last failure of a replica; kept after the slot is filled again. */
  readonly lastFailures?: Readonly<Record<string, LastFailure>>;
}

/** The failure of a replica that no longer exists. */
export interface LastFailure {
  /** RFC 3339. */
  readonly at: string;
  readonly reason: string;
  readonly engineId: string;
  readonly containerId?: string;
  readonly generation: number;
  readonly copy: number;
  /** The last lines of its output. */
  readonly log?: string;
}

/** Changes whenever a user changes or resumes the service. */
export type Asked = Pick<ServiceRecord, 'generation' | 'resumes'>;

export type ReplicaMark =
  /**
   * It answers at these ports. `isSettled`: it has been ready for the update policy's `monitor`. `silent`: why it no
   * longer answers, while its engine has not reported its state yet.
   */
  | {
      readonly phase: 'ready';
      readonly since: string;
      readonly ports: readonly Required<PortBinding>[];
      readonly isSettled: boolean;
      readonly silent?: string;
    }
  /** It exited, or is unhealthy. `log`: the last lines of an exited container's output. */
  | { readonly phase: 'failed'; readonly since: string; readonly reason: string; readonly log?: string }
  /** It is removed from the catalog, and is stopped and deleted at `stopAt`. */
  | { readonly phase: 'retiring'; readonly since: string; readonly reason: string; readonly stopAt: string };

export interface SlotWait {
  readonly since: string;
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  /**
   * The last lines of the output of the slot's last container. Older releases stored it here, and the API still returns
   * it here.
   */
  readonly log?: string;
  /** Consecutive failed starts. */
  readonly failures: number;
  /** RFC 3339; the earliest next attempt. */
  readonly until: string;
  /** Engines on which its last replicas failed, newest first; other engines are preferred. */
  readonly failedOn?: readonly string[];
}

export interface Rollout {
  /** The template of the current or last rollout. */
  readonly template: number;
  readonly generation: number;
  /** The service's `resumes` when the failure count was last reset. */
  readonly resumes: number;
  readonly state: 'updating' | 'paused' | 'rolling back' | 'completed' | 'rolled back';
  /** It goes back to an earlier template, even if paused or if the service is changed meanwhile. */
  readonly isRollback: boolean;
  readonly failures: number;
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** Why it was paused or rolled back. */
  readonly message?: string;
  /** The last generation whose template was rolled out completely; its template is used while the new one fails. */
  readonly stable?: { readonly generation: number; readonly template: number };
}
