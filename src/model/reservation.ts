import type { Claim } from './claim.ts';
import type { ImageConfig, StrategyName } from './image-config.ts';
import type { Task } from './job.ts';
import type { Replica } from './service.ts';

/** Why the container was placed on its engine. */
export interface PlacementReason {
  readonly type: string;
  readonly strategy: StrategyName;
  readonly score: number;
  /** How many engines could run it, including this one. */
  readonly candidates: number;
  readonly refused: number;
  /** By scheduler, for schedulers with a preference; see scheduler.ts. */
  readonly penalties?: Readonly<Record<string, number>>;
  /** Recent failed starts on the engine at the time of the placement. */
  readonly failures?: number;
}

/** A container's claims on one engine, from before its creation until after its removal. */
export interface NewReservation {
  /** Random and unique; also a label of the container. */
  readonly id: string;
  readonly engineId: string;
  readonly claims: readonly Claim[];
  readonly image: ImageConfig;
  /** The container's name, without Docker's leading slash. */
  readonly name: string;
  readonly owner?: string;
  /** The operation of the request that created it with an `Idempotency-Key`. */
  readonly operationId?: string;
  /** Identifies the replica, for a service's container. */
  readonly replica?: Replica;
  /** Identifies the attempt, for a job's container. */
  readonly task?: Task;
  /**
   * The reservation of the container that this one replaces after its engine was lost. The old container is removed if
   * the engine comes back.
   */
  readonly replaces?: string;
  /** The container's labels are signed. Containers of older releases have unsigned labels. */
  readonly isSigned?: true;
  /** RFC 3339. */
  readonly createdAt: string;
  readonly reason: PlacementReason;
  /** The container was not started by Satsuma: its claims count, even beyond the limits. */
  readonly isForeign?: true;
  /**
   * For a foreign container with copied labels: the reservation in those labels. It remains a copy after that container
   * is gone.
   */
  readonly copyOf?: string;
  /** Already known before the reservation is bound if an existing container is started again. */
  readonly containerId?: string;
  /**
   * The container was created without being started: it holds the claims that it will need, and is started by a
   * separate call.
   */
  readonly isUnstarted?: true;
  /** The container is stopped, and only claims what it keeps meanwhile: its name. */
  readonly isAtRest?: true;
}

/**
 * `reserved`: a lease runs while its container is created or restarted. `bound`: the container exists, and holds its
 * claims until it stops or is removed.
 */
export type Reservation = (NewReservation & { readonly state: 'reserved' }) | BoundReservation;
export type BoundReservation = NewReservation & { readonly state: 'bound'; readonly containerId: string };
