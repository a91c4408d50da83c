import type { ImageConfig, PortBinding } from './image-config.ts';
import type { KeptNumbers } from './kept-numbers.ts';
import type { ServiceMove } from './service-move.ts';

/** What should run, and how it is kept running. The names are those of the API. */
export interface ServiceSpec {
  readonly image: ImageConfig;
  /** So many, or one on each engine that can take it. */
  readonly replicas: number | 'global';
  readonly update: UpdatePolicy;
  /** Left out: Docker's HEALTHCHECK where the image has one. */
  readonly health?: HealthCheck;
  /** Services that a replica is told the addresses of, and waits for: service to alias. */
  readonly links?: Readonly<Record<string, string>>;
  /** Seconds that an engine may be down before its replicas are placed elsewhere. */
  readonly grace: number;
  /** Seconds between a replica's leaving the catalogue and its stop: clients finish what they began. */
  readonly shutdown_delay: number;
  /** Docker's ForceUpdate: a counter that makes another template although all else is the same. Left out: 0. */
  readonly force_update?: number;
  /** Counts the changes of the environment that linked services give to the replicas. Left out: 0. */
  readonly link_update?: number;
}

export const updateOrders = ['start-first', 'stop-first'] as const;
export const failureActions = ['pause', 'rollback'] as const;

export interface UpdatePolicy {
  /** How many replicas are exchanged at the same time; 0: all. */
  readonly parallelism: number;
  /** Seconds between one exchange and the next. */
  readonly delay: number;
  readonly order: (typeof updateOrders)[number];
  /** Seconds that a new replica must run before it counts. */
  readonly monitor: number;
  /** How many new replicas may fail. */
  readonly max_failure: number;
  readonly on_failure: (typeof failureActions)[number];
}

/** A question that Satsuma asks at the replica's published port. */
export interface HealthCheck {
  readonly type: 'tcp' | 'http';
  /** The container's. */
  readonly port: number;
  /** HTTP only; any 2xx or 3xx is healthy. */
  readonly path: string;
  /** Seconds. */
  readonly interval: number;
  readonly timeout: number;
  /** So many failures in a row are unhealthy. */
  readonly retries: number;
  /** Seconds after the start in which failures do not count. */
  readonly start_period: number;
}

/** A service as the store keeps it. */
export interface ServiceRecord {
  /** Random: a later service of the same name is another one. Services of older releases have none. */
  readonly id?: string;
  /** Counts every change from 1. */
  readonly generation: number;
  /** The generation in which the present template was first asked for; what replicas are compared with. */
  readonly template: number;
  readonly spec: ServiceSpec;
  readonly cause: ServiceChange;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Somebody wants no replica exchanged for now. */
  readonly isPaused: boolean;
  /** How often somebody asked to go on; each time failures are counted anew. */
  readonly resumes: number;
  /** To be gone once its replicas are. */
  readonly isRemoved: boolean;
  /** The generation that was made again from the labels of its replicas, after the store was lost. */
  readonly restoredAs?: number;
  /** Of a generation that was asked for as planned: the engine that the first replica of each slot goes to if it can. */
  readonly places?: Places;
  /** Which generations are kept; left out: all. */
  readonly kept?: KeptNumbers;
  /** The last generation of another template, which a rollback goes back to. */
  readonly previous?: number;
  /** Of linked services, a hash of the environment that they were last seen with. */
  readonly linked?: Readonly<Record<string, string>>;
  /** Of replicas to another engine with their volumes: the one under way, or the last one. */
  readonly move?: ServiceMove;
}

/** Engines by slot. */
export type Places = Readonly<Record<string, string>>;

export type ServiceChange = 'create' | 'update' | 'restart' | 'scale' | 'rollback' | 'automatic rollback' | 'restore';

/** What is kept of every generation. */
export type ServiceGeneration = Pick<ServiceRecord, 'template' | 'spec' | 'cause'> & { readonly createdAt: string };

/** Which replica of a service a container is. Of two in one slot the later generation counts, then the later copy. */
export interface Replica {
  readonly service: string;
  /** Its record's id. */
  readonly serviceId?: string;
  /** Of its template: of two of the same generation, one may be of a store that was lost. */
  readonly fingerprint?: string;
  /** `1`, `2`, ...; of a global service the engine's id. */
  readonly slot: string;
  /** That of its template. */
  readonly generation: number;
  /** Counts the containers that stood in this slot. */
  readonly copy: number;
}

/**
 * What the server that leads found out, for all to see: whatever the ledger and the engines do not tell. Of replicas
 * by their reservation's id.
 */
export interface ServiceStatus {
  readonly replicas: Readonly<Record<string, ReplicaMark>>;
  /** Why slots stay empty, by slot; of what was asked for when this was written. */
  readonly waiting: Readonly<Record<string, SlotWait>>;
  /** What was asked for then. */
  readonly asked?: Asked;
  readonly rollout?: Rollout;
  /** By slot, the template that last proved itself there, where it is not the stable one; see stand-ins.ts. */
  readonly proven?: Readonly<Record<string, number>>;
  /** By slot, how a replica failed there last; kept once the slot is filled again. */
  readonly lastFailures?: Readonly<Record<string, LastFailure>>;
}

/** How a replica failed that is gone by now. */
export interface LastFailure {
  /** RFC 3339. */
  readonly at: string;
  readonly reason: string;
  readonly engineId: string;
  readonly containerId?: string;
  readonly generation: number;
  readonly copy: number;
  /** The end of what it wrote. */
  readonly log?: string;
}

/** Another one whenever somebody changes a service, or tells it to go on. */
export type Asked = Pick<ServiceRecord, 'generation' | 'resumes'>;

export type ReplicaMark =
  /**
   * It answers, at these ports. `isSettled`: for as long as the update policy's `monitor`. `silent`: not any more, and why;
   * its engine did not say yet how it is doing.
   */
  | {
      readonly phase: 'ready';
      readonly since: string;
      readonly ports: readonly Required<PortBinding>[];
      readonly isSettled: boolean;
      readonly silent?: string;
    }
  /** It ended, or is not healthy. `log`: the end of what one that ended wrote. */
  | { readonly phase: 'failed'; readonly since: string; readonly reason: string; readonly log?: string }
  /** It is to be stopped and removed, once its clients had `stopAt` to go elsewhere. */
  | { readonly phase: 'retiring'; readonly since: string; readonly reason: string; readonly stopAt: string };

export interface SlotWait {
  readonly since: string;
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  /** The end of what the last container of the slot wrote: earlier releases kept it here, and the API shows it here. */
  readonly log?: string;
  /** Starts that failed in a row. */
  readonly failures: number;
  /** RFC 3339; not tried before. */
  readonly until: string;
  /** Engines on which its last replicas failed, the latest first: it is tried elsewhere first. */
  readonly failedOn?: readonly string[];
}

export interface Rollout {
  /** The template that is being brought out, or was last. */
  readonly template: number;
  readonly generation: number;
  /** The service's `resumes` when failures were last counted from 0. */
  readonly resumes: number;
  readonly state: 'updating' | 'paused' | 'rolling back' | 'completed' | 'rolled back';
  /** It goes back to an earlier template: paused or not, and however the service is changed meanwhile. */
  readonly isRollback: boolean;
  readonly failures: number;
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** Why it is paused or was rolled back. */
  readonly message?: string;
  /** The last generation whose template was brought out whole; what stands in while this one does not work. */
  readonly stable?: { readonly generation: number; readonly template: number };
}
