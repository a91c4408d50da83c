import { isNameClaim } from '../../model/claim.ts';
import type { ContainerSummary } from '../../model/container.ts';
import type { NewReservation, Reservation } from '../../model/reservation.ts';
import type { KnownContainer } from '../known-container.ts';
import { isAlive } from './container-view.ts';

/**
 * The rule of what a container holds, ours or not: while it runs, everything that it asked for; while it is stopped, its
 * name, which Docker keeps for it, and nothing else, since Docker keeps no ports, CPUs or memory for it either.
 *
 * What stops gives back as soon as the stop is seen, whoever stopped it. A start through Satsuma takes everything again
 * before the engine is asked, or is refused (commands/containers/take-claims.ts); a start by hand is counted, limits or not, as all
 * that others do is. The record says which of the two it is, and reconciliation holds it against what the engine says.
 */
export function stopped(reservation: NewReservation): NewReservation {
  const { isUnstarted: _, ...rest } = reservation;
  return { ...rest, claims: reservation.claims.filter(isNameClaim), isAtRest: true };
}

/** The record of a container as its engine says that it is, of one that was taken up or started by others. */
export function asStarted(reservation: NewReservation, { state }: Pick<ContainerSummary, 'state'>): NewReservation {
  if ((state === 'created') === (reservation.isUnstarted ?? false)) return reservation;
  const { isUnstarted: _, ...rest } = reservation;
  return state === 'created' ? { ...rest, isUnstarted: true } : rest;
}

/** A container that was never started is on its way to be: it holds what it will need. */
export function isStopped(container: Pick<ContainerSummary, 'state'>): boolean {
  return !isAlive(container) && container.state !== 'created';
}

/** As its engine last told. Of one that nobody has seen yet nothing is known. */
export function isKnownStopped(known: KnownContainer | undefined): boolean {
  return known !== undefined && known.confirmedAt > 0 && isStopped(known.summary);
}

/** The reservation without what its state adds to it. */
export function bare(reservation: NewReservation & { readonly state?: Reservation['state'] }): NewReservation {
  const { state: _, containerId: __, ...rest } = reservation;
  return rest;
}
