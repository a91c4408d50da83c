import type { ReplicaView } from '../../../decisions/services/replica-view.ts';
import type { ServiceRecord, ServiceStatus } from '../../../model/service.ts';
import type { ServiceMove } from '../../../model/service-move.ts';
import type { Cluster } from '../../../state/cluster.ts';
import type { NextPhase } from './move-record.ts';

/** A replica that is neither ready nor failed after this time is given up. */
const maxStartMs = 600_000;

/** Errors that are neither the replica's nor its engine's fault. */
const notItsFault = ['link_not_ready', 'reservation_lost', 'store_unavailable', 'engine_timeout'];

interface StartFacts {
  readonly status: ServiceStatus;
  readonly replicas: readonly ReplicaView[];
  readonly slots: readonly string[];
  /** How long the move has waited for the new replicas. */
  readonly waitedMs: number;
}

/** The next phase by the state of the replicas on the new engine. Undefined: still open. */
export function judgeStart(
  { isRemoved }: Pick<ServiceRecord, 'isRemoved'>,
  { replicas: old, to }: ServiceMove,
  { status, replicas, slots, waitedMs }: StartFacts,
): NextPhase | undefined {
  if (isRemoved) return { phase: 'returning', message: 'the service is removed' };
  const movedSlots = slots.filter((slot) => old[slot] !== undefined);
  const isReady = (slot: string) =>
    replicas.some((each) => each.slot === slot && each.engineId === to && each.state === 'ready' && each.isSettled);
  if (movedSlots.every(isReady)) return { phase: 'finishing' };
  const failed = movedSlots
    .map((slot) => status.waiting[slot])
    .find((wait) => wait && !notItsFault.includes(wait.code));
  if (failed) return { phase: 'returning', message: failed.message };
  const lost = replicas.find(
    ({ slot, engineId, state }) => movedSlots.includes(slot) && engineId === to && state === 'lost',
  );
  if (lost) return { phase: 'returning', message: `engine ${to} was lost: ${lost.reason}` };
  if (waitedMs < maxStartMs) return undefined;
  return { phase: 'returning', message: `not ready on engine ${to} within ${maxStartMs / 1_000} s` };
}

/** Why a move is abandoned, independent of the result of its current step. */
export function reasonToGiveUp(
  { cache }: Pick<Cluster, 'cache'>,
  { isRemoved }: Pick<ServiceRecord, 'isRemoved'>,
  { phase, from, to, replicas }: ServiceMove,
  slots: readonly string[],
): string | undefined {
  if (phase === 'finishing' || phase === 'returning') return undefined;
  if (isRemoved) return 'the service is removed';
  if (!slots.some((slot) => replicas[slot] !== undefined)) return 'its replicas were scaled down';
  const gone = [to, ...(phase === 'starting' ? [] : [from])].find((id) => !cache.hasEngine(id));
  return gone === undefined ? undefined : `engine ${gone} was removed`;
}
