import { isNameClaim } from '../../model/claim.ts';
import type { ContainerSummary } from '../../model/container.ts';
import type { NewReservation, Reservation } from '../../model/reservation.ts';
import type { KnownContainer } from '../known-container.ts';
import { isAlive } from './container-view.ts';

/**
 * The claims of a container, Satsuma's or foreign: while it runs, everything it requested; while it is stopped, only
 * its name, because Docker keeps its name but no ports, CPUs or memory.
 *
 * A stopped container releases its claims as soon as the stop is seen, whatever caused it. A start through Satsuma
 * claims everything again before the engine is called, or is refused (execution/starting/take-claims.ts). A start by
 * hand is counted regardless of limits, as all foreign containers. The record holds which of the two applies, and
 * reconciliation compares it with the engine.
 */
export function stopped(reservation: NewReservation): NewReservation {
  const { isUnstarted: _, ...rest } = reservation;
  return { ...rest, claims: reservation.claims.filter(isNameClaim), isAtRest: true };
}

/** The record with the engine's state, for a container that was adopted or started by hand. */
export function asStarted(reservation: NewReservation, { state }: Pick<ContainerSummary, 'state'>): NewReservation {
  if ((state === 'created') === (reservation.isUnstarted ?? false)) return reservation;
  const { isUnstarted: _, ...rest } = reservation;
  return state === 'created' ? { ...rest, isUnstarted: true } : rest;
}

/** A created container is about to start, so it is not stopped: it holds all its claims. */
export function isStopped(container: Pick<ContainerSummary, 'state'>): boolean {
  return !isAlive(container) && container.state !== 'created';
}

/** By the engine's last report. Unknown until the first one. */
export function isKnownStopped(known: KnownContainer | undefined): boolean {
  return known !== undefined && known.confirmedAt > 0 && isStopped(known.summary);
}

/** The reservation without the fields of its state. */
export function bare(reservation: NewReservation & { readonly state?: Reservation['state'] }): NewReservation {
  const { state: _, containerId: __, ...rest } = reservation;
  return rest;
}
