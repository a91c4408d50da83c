import type { ImageConfig, Protocol } from '../model/image-config.ts';
import type { ImageRequest } from '../model/saved-image.ts';
import type {
  HealthCheck,
  Rollout as ModelRollout,
  ServiceChange,
  ServiceSpec,
  UpdatePolicy,
} from '../model/service.ts';
import type { MovePhase } from '../model/service-move.ts';

export type ServiceState =
  | 'running'
  | 'moving'
  | 'updating'
  | 'rolling back'
  | 'paused'
  | 'waiting'
  | 'degraded'
  | 'removing';

/** What was asked for, flat; and under `status` what there is. */
export interface Service extends ServiceSpec {
  readonly name: string;
  readonly generation: number;
  readonly cause: ServiceChange;
  readonly created_at: string;
  readonly updated_at: string;
  readonly status: ServiceStatus;
}

export interface ServiceStatus {
  readonly state: ServiceState;
  readonly ready: number;
  readonly wanted: number;
  readonly replicas: readonly Replica[];
  readonly waiting: readonly Waiting[];
  readonly last_failures: readonly LastFailure[];
  readonly rollout: Rollout;
  /** Of replicas with their volumes: the one under way, or the last one. */
  readonly move?: ServiceMove;
}

export interface ServiceMove {
  readonly from: string;
  readonly to: string;
  readonly phase: MovePhase;
  readonly slots: readonly string[];
  readonly volumes: readonly string[];
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly message?: string;
}

/** The body of POST /apiv1/service/{name}/move. */
export interface MoveServiceBody {
  readonly to: string;
  readonly from?: string;
  /** Volumes of these names on the other engine are removed first. */
  readonly replace_volumes?: boolean;
  /** The volumes on the first engine are removed at the end. */
  readonly remove_volumes?: boolean;
  /** Paths of the host that it has are not copied. */
  readonly leave_paths?: boolean;
}

export interface Replica {
  readonly slot: string;
  readonly generation: number;
  readonly copy: number;
  readonly state: string;
  readonly reason?: string;
  readonly engine: string;
  readonly container: string | null;
  /** The container's. */
  readonly name: string;
  readonly addresses: readonly Address[];
  readonly failures: number;
  readonly created_at: string;
}

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly container_port: number;
  readonly proto: Protocol;
}

/** Why a slot is empty. */
export interface Waiting {
  readonly slot: string;
  readonly since: string;
  readonly code: string;
  readonly message: string;
  readonly failures: number;
  readonly until: string;
  readonly details?: unknown;
  /** The end of what its last container wrote. */
  readonly log?: string;
}

/** How a replica failed that is gone by now. */
export interface LastFailure {
  readonly slot: string;
  readonly at: string;
  readonly reason: string;
  readonly generation: number;
  readonly copy: number;
  readonly engine: string;
  readonly container: string | null;
  readonly log?: string;
}

export interface Rollout {
  readonly state: ModelRollout['state'];
  readonly generation: number;
  readonly failures: number;
  readonly message?: string;
  readonly stable_generation: number | null;
  readonly started_at: string;
  readonly finished_at: string | null;
}

/** `template`: the generation that first had this image config. */
export interface Generation {
  readonly generation: number;
  readonly template: number;
  readonly cause: ServiceChange;
  readonly created_at: string;
  readonly image: string;
  readonly replicas: number | 'global';
}

/** What a service would come to, slot by slot. */
export interface ServicePlan {
  readonly service: string;
  readonly generation: number;
  readonly lands: readonly { readonly slot: string; readonly to: string; readonly from?: string }[];
  readonly stays: readonly SlotOnEngine[];
  readonly stranded: readonly { readonly slot: string; readonly refused: unknown }[];
  readonly behind: readonly SlotOnEngine[];
  readonly gone: readonly SlotOnEngine[];
  /** Sent with the same request, it is done as planned or not at all. */
  readonly token: string;
}

export interface SlotOnEngine {
  readonly slot: string;
  readonly on: string;
}

/** The body of POST /apiv1/service. */
export interface NewServiceBody
  extends Partial<Omit<ServiceSpec, 'image' | 'update' | 'force_update' | 'link_update'>>,
    Pick<ImageConfig, 'constraints' | 'spread'> {
  readonly name: string;
  readonly image?: ImageRequest;
  /** A saved image config as it is. */
  readonly from?: string;
  readonly update?: Partial<UpdatePolicy>;
}

/** The body of PUT /apiv1/service/{name}. */
export interface ServiceChangesBody extends Omit<NewServiceBody, 'name' | 'health'> {
  readonly name?: string;
  readonly health?: HealthCheck | null;
  readonly generation?: number;
  /** Exchanges the replicas although nothing of their template may change. */
  readonly force?: boolean;
}

/** In the body of POST /apiv1/plan. */
export interface PlannedServiceBody extends ServiceChangesBody {
  readonly name: string;
}

/** The body of POST /apiv1/service/{name}/scale. */
export interface ScaleBody {
  readonly replicas: number;
}

/** The body of POST /apiv1/service/{name}/rollback and /restart, or none. */
export interface GenerationBody {
  /** To which one; of a restart: the one that the caller saw last. */
  readonly generation?: number;
}
