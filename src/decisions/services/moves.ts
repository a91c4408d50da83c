import type { ServiceRecord } from '../../model/service.ts';
import { holdsReplicas, holdsSlots } from '../../model/service-move.ts';
import type { Cluster } from '../../state/cluster.ts';

const none: ReadonlySet<string> = new Set();

/** The replicas that a move keeps as they are, by their reservations. */
export function heldReplicas({ move }: Pick<ServiceRecord, 'move'>): ReadonlySet<string> {
  return move && holdsReplicas(move) ? new Set(Object.values(move.replicas)) : none;
}

/** The slots in which nothing is started or exchanged because of a move. */
export function movingSlots({ move }: Pick<ServiceRecord, 'move'>): ReadonlySet<string> {
  return move && holdsSlots(move) ? new Set(Object.keys(move.replicas)) : none;
}

/**
 * The engine that a slot was moved to with its volumes: what is left on another one is older. Undefined: it was not moved, or the engine
 * was removed or given up by a person.
 */
export function movedTo({ cache }: Cluster, { move }: Pick<ServiceRecord, 'move'>, slot: string): string | undefined {
  if (!move || move.replicas[slot] === undefined) return undefined;
  if (move.phase !== 'starting' && move.phase !== 'finishing' && move.phase !== 'done') return undefined;
  return cache.hasEngine(move.to) && cache.engine(move.to).value.intent !== 'lost' ? move.to : undefined;
}
