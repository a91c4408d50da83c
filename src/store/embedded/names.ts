import type { NewReservation } from '../../model/reservation.ts';
import { isId } from '../check-input.ts';
import type { Tables } from './tables.ts';

/** The other reservation that holds the name, inside a transaction; undefined if it may take the name over. */
export function nameHolder(
  { names, reservations }: Tables,
  { id, name, replaces }: NewReservation,
): string | undefined {
  const holder = isId(name) ? names.get(name) : undefined;
  if (holder === undefined || holder === id || holder === replaces) return undefined;
  // Left behind by a release that does not maintain names.
  return reservations.doesExist(holder) ? holder : undefined;
}

/** Claims its name if it is free, and releases its previous one. */
export function claimName(tables: Tables, reservation: NewReservation, before?: NewReservation): void {
  const { id, name } = reservation;
  if (before && before.name !== name) releaseName(tables, before);
  if (isId(name) && nameHolder(tables, reservation) === undefined) tables.names.put(name, id);
}

export function releaseName({ names }: Tables, { id, name }: NewReservation): void {
  if (isId(name) && names.get(name) === id) names.remove(name);
}
