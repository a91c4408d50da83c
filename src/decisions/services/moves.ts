import type { ServiceRecord } from '../../model/service.ts';
import { holdsReplicas, holdsSlots } from '../../model/service-move.ts';
import type { Cluster } from '../../state/cluster.ts';

const none: ReadonlySet<string> = new Set();

/** The reservations of the replicas that a move keeps unchanged. */
export function heldReplicas({ move }: Pick<ServiceRecord, 'move'>): ReadonlySet<string> {
  return move && holdsReplicas(move) ? new Set(Object.values(move.replicas)) : none;
}

/** The slots in which a move forbids starts and replacements. */
export function movingSlots({ move }: Pick<ServiceRecord, 'move'>): ReadonlySet<string> {
  return move && holdsSlots(move) ? new Set(Object.keys(move.replicas)) : none;
}

/**
 * The engine to which a slot and its volumes were moved: the data on the old engine is outdated. Undefined: the slot
 * was not moved, or the engine was removed or declared lost by an operator.
 */
export function movedTo({ cache }: Cluster, { move }: Pick<ServiceRecord, 'move'>, slot: string): string | undefined {
  if (!move || move.replicas[slot] === undefined) return undefined;
  if (move.phase !== 'starting' && move.phase !== 'finishing' && move.phase !== 'done') return undefined;
  return cache.hasEngine(move.to) && cache.engine(move.to).value.intent !== 'lost' ? move.to : undefined;
}
