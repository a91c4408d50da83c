import type { NewReservation } from '../../model/reservation.ts';
import { isId } from '../check-input.ts';
import type { Tables } from './tables.ts';

/** The other reservation that has this one's name, inside a transaction; none of those that it may have it from. */
export function nameHolder(
  { names, reservations }: Tables,
  { id, name, replaces }: NewReservation,
): string | undefined {
  const holder = isId(name) ? names.get(name) : undefined;
  if (holder === undefined || holder === id || holder === replaces) return undefined;
  // What was left by a release that does not know of names.
  return reservations.doesExist(holder) ? holder : undefined;
}

/** Takes its name where it is free, and gives back the one that it had. */
export function takeName(tables: Tables, reservation: NewReservation, before?: NewReservation): void {
  const { id, name } = reservation;
  if (before && before.name !== name) giveNameBack(tables, before);
  if (isId(name) && nameHolder(tables, reservation) === undefined) tables.names.put(name, id);
}

export function giveNameBack({ names }: Tables, { id, name }: NewReservation): void {
  if (isId(name) && names.get(name) === id) names.remove(name);
}
