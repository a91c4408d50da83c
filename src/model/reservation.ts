import type { Claim } from './claim.ts';
import type { ImageConfig, StrategyName } from './image-config.ts';
import type { Task } from './job.ts';
import type { Replica } from './service.ts';

/** Why a container is where it is. */
export interface PlacementReason {
  readonly type: string;
  readonly strategy: StrategyName;
  readonly score: number;
  /** How many engines could have taken it, this one included. */
  readonly candidates: number;
  readonly refused: number;
  /** By scheduler, of those with a preference; see scheduler.ts. */
  readonly penalties?: Readonly<Record<string, number>>;
  /** Starts that had failed on the engine when it was chosen all the same. */
  readonly failures?: number;
}

/** What a container holds on one engine, from before it exists until after it is gone. */
export interface NewReservation {
  /** Random and unique; also the label on the container. */
  readonly id: string;
  readonly engineId: string;
  readonly claims: readonly Claim[];
  readonly image: ImageConfig;
  /** The container's name, without Docker's leading slash. */
  readonly name: string;
  readonly owner?: string;
  /** Of the request that asked for it under an `Idempotency-Key`. */
  readonly operationId?: string;
  /** Of a service's container: which of its replicas it is. */
  readonly replica?: Replica;
  /** Of a job's container: which try at which of its tasks it is. */
  readonly task?: Task;
  /** The reservation of a container that was lost with its engine, and must go should it come back. */
  readonly replaces?: string;
  /** Its container's labels are signed; those of older releases are not. */
  readonly isSigned?: true;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly reason: PlacementReason;
  /** Of a container that others started: it holds what it holds, whatever the limits. */
  readonly isForeign?: true;
  /** Of a foreign container whose labels are another container's: the reservation that they name. It stays a copy when that one is gone. */
  readonly copyOf?: string;
  /** Known before it is bound where a container that is there is started again. */
  readonly containerId?: string;
  /** Of a container that was made and not started: it holds what it will need, and somebody starts it by a step of its own. */
  readonly isUnstarted?: true;
  /** Of a container that does not run: its claims are what it holds meanwhile, its name. */
  readonly isAtRest?: true;
}

/**
 * `reserved`: a lease runs while its container is made, or started again. `bound`: the container is there, and holds what
 * is claimed until it stops or is gone.
 */
export type Reservation = (NewReservation & { readonly state: 'reserved' }) | BoundReservation;
export type BoundReservation = NewReservation & { readonly state: 'bound'; readonly containerId: string };
