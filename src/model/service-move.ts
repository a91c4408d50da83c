/**
 * - `preparing`: the replicas serve on; the other engine gets the image.
 * - `stopping`: the replicas leave the catalogue, and are stopped.
 * - `copying`: nothing of the service runs on the one engine or the other.
 * - `starting`: the volumes are on the other engine, and so are the new replicas.
 * - `finishing`: they are ready, and what is on the first engine is removed.
 * - `returning`: what is on the other engine is removed, and the old containers are started again.
 */
export const movePhases = [
  ...(['preparing', 'stopping', 'copying', 'starting', 'finishing', 'returning'] as const),
  ...(['done', 'failed'] as const),
];
export type MovePhase = (typeof movePhases)[number];

/** Replicas of a service that go to another engine with their volumes, as the service's record keeps it; the last move stays. */
export interface ServiceMove {
  /** Random; the copies of its volumes are named after it. */
  readonly id: string;
  /** Engines, by id. */
  readonly from: string;
  readonly to: string;
  readonly phase: MovePhase;
  /** Of the replicas that were on the engine when it began, by slot: their reservations. */
  readonly replicas: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  /** Volumes of these names on the other engine are removed first, if no container has them. */
  readonly isReplacing: boolean;
  /** The volumes on the first engine are removed at the end. */
  readonly areVolumesRemoved: boolean;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** Why it failed, or is going to; of one that is done, what could not be removed. */
  readonly message?: string;
}

/** The id under which the volume is copied. A move that begins again goes on with the same copy. */
export function copyIdOf({ id }: ServiceMove, index: number): string {
  return `${id}-${index}`;
}

export function isCopyOf({ id }: ServiceMove, copyId: string): boolean {
  return copyId.startsWith(`${id}-`);
}

export function isMoveOver({ phase }: ServiceMove): boolean {
  return phase === 'done' || phase === 'failed';
}

/** Its old containers stay as they are until the move is over, whatever they do. */
export function holdsReplicas({ phase }: ServiceMove): boolean {
  return phase !== 'preparing' && phase !== 'done' && phase !== 'failed';
}

/** Nothing is started or exchanged in its slots. */
export function holdsSlots(move: ServiceMove): boolean {
  return holdsReplicas(move) && move.phase !== 'starting' && move.phase !== 'finishing';
}
