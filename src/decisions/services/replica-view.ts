import type { BoundPorts } from '../../model/container.ts';
import type { EngineRecord } from '../../model/engine.ts';
import { hasLocalVolume } from '../../model/image-config.ts';
import type { ReplicaMark } from '../../model/service.ts';
import type { ReplicaReservation } from '../../state/reservation-index.ts';
import { type EngineFailurePolicy, isLost } from './engine-failure-policy.ts';

/**
 * - `starting`: it is not known yet to answer.
 * - `failed`: it ended, or is not healthy.
 * - `unreachable`: its engine is down, or does not say why the replica is silent, and may come back. `lost`: the engine was
 *   down for too long.
 * - `moving`: it is stopped, or about to be, while its volumes are copied to another engine, and kept until the successor there is ready.
 * - `retiring`: it is being stopped and removed, as soon as its engine can be asked.
 */
export type ReplicaState = 'starting' | 'ready' | 'failed' | 'unreachable' | 'lost' | 'moving' | 'retiring';

/** One container of a service, as it is judged. */
export interface ReplicaView {
  /** Its reservation's. */
  readonly id: string;
  readonly slot: string;
  readonly generation: number;
  readonly copy: number;
  readonly engineId: string;
  /** Undefined while it is being created. */
  readonly containerId: string | undefined;
  /** In milliseconds since 1970, by the wall clock of whoever reserved it. */
  readonly createdAt: number;
  readonly state: ReplicaState;
  /** Why it failed, where that is known yet, or retires. */
  readonly reason: string | undefined;
  /** On this server's monotonic clock: since when it has been ready, out of reach or not, or has been retiring. */
  readonly since: number | undefined;
  /** It has been ready for as long as it must. */
  readonly isSettled: boolean;
  /** Where it is bound, as last seen; none where it never answered. */
  readonly ports: BoundPorts;
  /**
   * Clients may be sent to it: it is ready, or was when its engine fell silent, and its health check does not speak against
   * it.
   */
  readonly isServing: boolean;
  /** It is to run elsewhere, because its engine is to be emptied or by a rebalance, and nothing holds it there. */
  readonly isDisplaced: boolean;
  readonly isReachable: boolean;
}

/** What is known of where a replica is. */
export interface ReplicaPlace {
  /** Undefined: the engine was removed. */
  readonly engine: EngineRecord | undefined;
  readonly mark: ReplicaMark | undefined;
  /** When this server first saw the mark, on its monotonic clock. */
  readonly markedAt: number | undefined;
  /** Its HEALTHCHECK says so. */
  readonly isUnhealthy: boolean;
  /** Where its engine's list shows it bound, if not where the mark says. */
  readonly seenPorts?: BoundPorts | undefined;
  /** By a rebalance. */
  readonly isMoved: boolean;
  /** It is kept as it is until its volumes were moved. */
  readonly isHeld?: boolean;
}

const noPorts: BoundPorts = [];

export function viewReplica(
  reservation: ReplicaReservation,
  place: ReplicaPlace,
  rule: EngineFailurePolicy,
): ReplicaView {
  const { id, engineId, replica } = reservation;
  const { slot, generation, copy } = replica;
  const containerId = reservation.state === 'bound' ? reservation.containerId : undefined;
  const { mark } = place;
  const state = stateOf(reservation, place, rule);
  const isReady = state === 'ready' && mark?.phase === 'ready';
  const hasAnswered = mark?.phase === 'ready' && (isReady || state === 'unreachable');
  const isStopped = reservation.isAtRest === true || place.isUnhealthy;
  // Every replica, twice a pass: written out, it takes a hundredth of what a literal that begins with a spread takes.
  return {
    id,
    slot,
    generation,
    copy,
    engineId,
    containerId,
    state,
    createdAt: Date.parse(reservation.createdAt),
    reason: reasonOf(state, place),
    since: mark && (hasAnswered || mark.phase === 'retiring') ? place.markedAt : undefined,
    isSettled: isReady && mark.isSettled,
    ports: hasAnswered ? (place.seenPorts ?? mark.ports) : noPorts,
    isServing: hasAnswered && mark.silent === undefined && !isStopped,
    isDisplaced: (place.isMoved || place.engine?.intent === 'draining') && !hasLocalVolume(reservation.image),
    isReachable: place.engine !== undefined && place.engine.condition !== 'down',
  };
}

function stateOf(
  reservation: ReplicaReservation,
  { engine, mark, isUnhealthy, isHeld }: ReplicaPlace,
  rule: EngineFailurePolicy,
): ReplicaState {
  if (isHeld) return 'moving';
  if (mark?.phase === 'retiring') return 'retiring';
  if (!engine) return 'lost';
  if (isLost(engine, rule)) return 'lost';
  if (engine.condition === 'down') return 'unreachable';
  if (mark?.phase === 'failed') return 'failed';
  if (reservation.isAtRest || isUnhealthy) return 'failed';
  if (reservation.state === 'reserved') return 'starting';
  if (mark?.phase !== 'ready') return 'starting';
  return mark.silent === undefined ? 'ready' : 'unreachable';
}

function reasonOf(state: ReplicaState, { mark, engine }: ReplicaPlace): string | undefined {
  if (state === 'unreachable' && mark?.phase === 'ready' && mark.silent !== undefined) return mark.silent;
  if (state === 'lost' || state === 'unreachable') return engine?.error ?? 'its engine was removed';
  return mark && mark.phase !== 'ready' ? mark.reason : undefined;
}

/** Whether a replica may stay where it is, as it is. */
export function isFit({ generation, isDisplaced }: ReplicaView, template: number): boolean {
  return generation === template && !isDisplaced;
}

/** It serves, or is going to, or may again. */
export function isOfUse({ state }: ReplicaView): boolean {
  return state === 'starting' || state === 'ready' || state === 'unreachable';
}

/** 2 before 10. Made once: making one takes a hundred times as long as comparing. */
export const { compare: compareSlots } = new Intl.Collator('en', { numeric: true });
