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

/** The service's spec, flat; its state is in `status`. */
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
  /** The current or last move of replicas with their volumes. */
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
  /** Remove volumes with these names on the target engine first. */
  readonly replace_volumes?: boolean;
  /** Remove the volumes on the source engine at the end. */
  readonly remove_volumes?: boolean;
  /** Do not copy its host paths. */
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
  /** The container's name. */
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
  /** The last lines of its last container's output. */
  readonly log?: string;
}

/** The failure of a replica that no longer exists. */
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

/** `template`: the generation that introduced this image config. */
export interface Generation {
  readonly generation: number;
  readonly template: number;
  readonly cause: ServiceChange;
  readonly created_at: string;
  readonly image: string;
  readonly replicas: number | 'global';
}

/** The effect of a change of a service, by slot. */
export interface ServicePlan {
  readonly service: string;
  readonly generation: number;
  readonly lands: readonly { readonly slot: string; readonly to: string; readonly from?: string }[];
  readonly stays: readonly SlotOnEngine[];
  readonly stranded: readonly { readonly slot: string; readonly refused: unknown }[];
  readonly behind: readonly SlotOnEngine[];
  readonly gone: readonly SlotOnEngine[];
  /** Sent with the same request, it is executed exactly as planned, or refused. */
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
  /** The name of a saved image config, used unchanged. */
  readonly from?: string;
  readonly update?: Partial<UpdatePolicy>;
}

/** The body of PUT /apiv1/service/{name}. */
export interface ServiceChangesBody extends Omit<NewServiceBody, 'name' | 'health'> {
  readonly name?: string;
  readonly health?: HealthCheck | null;
  readonly generation?: number;
  /** Replace all replicas, even if their template does not change. */
  readonly force?: boolean;
}

/** Part of the body of POST /apiv1/plan. */
export interface PlannedServiceBody extends ServiceChangesBody {
  readonly name: string;
}

/** The body of POST /apiv1/service/{name}/scale. */
export interface ScaleBody {
  readonly replicas: number;
}

/** The optional body of POST /apiv1/service/{name}/rollback and /restart. */
export interface GenerationBody {
  /** For a rollback, the target generation; for a restart, the generation that the caller saw last. */
  readonly generation?: number;
}
