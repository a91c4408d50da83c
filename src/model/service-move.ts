/**
 * - `preparing`: the replicas keep serving; the target engine pulls the image.
 * - `stopping`: the replicas are removed from the catalog, then stopped.
 * - `copying`: the volumes are copied; no replica runs on either engine.
 * - `starting`: the volumes are on the target engine, and the new replicas start.
 * - `finishing`: the new replicas are ready, and the leftovers on the source engine are removed.
 * - `returning`: the leftovers on the target engine are removed, and the old containers are started again.
 */
export const movePhases = [
  ...(['preparing', 'stopping', 'copying', 'starting', 'finishing', 'returning'] as const),
  ...(['done', 'failed'] as const),
];
export type MovePhase = (typeof movePhases)[number];

/**
 * A move of a service's replicas to another engine with their volumes, part of the service's record; the last move is
 * kept.
 */
export interface ServiceMove {
  /** Random; the ids of its volume copies are derived from it. */
  readonly id: string;
  /** Engines, by id. */
  readonly from: string;
  readonly to: string;
  readonly phase: MovePhase;
  /** The reservations of the replicas that were on the source engine at the start, by slot. */
  readonly replicas: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  /** Volumes with the same names on the target engine are removed first, if no container uses them. */
  readonly isReplacing: boolean;
  /** The volumes on the source engine are removed at the end. */
  readonly areVolumesRemoved: boolean;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** Why it failed or is failing; if it is done, what could not be removed. */
  readonly message?: string;
}

/** The id of a volume's copy. A repeated attempt continues the same copy. */
export function copyIdOf({ id }: ServiceMove, index: number): string {
  return `${id}-${index}`;
}

export function isCopyOf({ id }: ServiceMove, copyId: string): boolean {
  return copyId.startsWith(`${id}-`);
}

export function isMoveOver({ phase }: ServiceMove): boolean {
  return phase === 'done' || phase === 'failed';
}

/** The old containers must not be changed until the move is over, whatever their state. */
export function holdsReplicas({ phase }: ServiceMove): boolean {
  return phase !== 'preparing' && phase !== 'done' && phase !== 'failed';
}

/** No replica is started or replaced in its slots. */
export function holdsSlots(move: ServiceMove): boolean {
  return holdsReplicas(move) && move.phase !== 'starting' && move.phase !== 'finishing';
}
