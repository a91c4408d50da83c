import { SatsumaError } from '../../model/errors.ts';
import type { NewReservation, Reservation } from '../../model/reservation.ts';
import type { DocumentKind, Documents } from '../documents.ts';
import type { Change, Versioned } from '../store.ts';

// A record consists of lines of text, with JSON last: scripts read and replace the other lines, and never decode the
// JSON.
//   a document:     version, JSON
//   a reservation:  version, engine's id, container's id as JSON or nothing, JSON of the NewReservation

export function documentOf<K extends DocumentKind>(_kind: K, id: string, record: string): Versioned<Documents[K]> {
  const [version, json] = split(record, 2);
  return { id, version: Number(version), value: JSON.parse(json) };
}

export function reservationOf(id: string, record: string): Versioned<Reservation> {
  const [version, , container, json] = split(record, 4);
  const reservation: NewReservation = JSON.parse(json);
  const value: Reservation = container
    ? { ...reservation, state: 'bound', containerId: JSON.parse(container) }
    : { ...reservation, state: 'reserved' };
  return { id, version: Number(version), value };
}

/** The engine of a reservation's record. */
export function engineOf(record: string): string {
  return split(record, 4)[1];
}

/**
 * The changes of one stream entry: its id starts with the version, its fields are kind, id, 'set' or 'gone', and
 * record.
 */
export function changesOf([entryId, fields]: readonly [string, readonly string[]]): Change[] {
  const version = entryVersion(entryId);
  const changes: Change[] = [];
  for (let at = 0; at < fields.length; at += 4) {
    const [kind = '', id = '', action, record = ''] = fields.slice(at, at + 4);
    const value = action === 'gone' ? {} : { value: decode(kind, id, record) };
    // The only unchecked conversion: the scripts tie each kind to its record.
    changes.push({ kind, id, version, ...value } as unknown as Change);
  }
  return changes;
}

/** The version of an entry, and its number within the version. */
export function entryParts(entryId: string): readonly number[] {
  return entryId.split('-').map(Number);
}

export function entryVersion(entryId: string): number {
  return Number.parseInt(entryId, 10);
}

function decode(kind: string, id: string, record: string): unknown {
  return kind === 'reservation' ? reservationOf(id, record).value : documentOf(kind as DocumentKind, id, record).value;
}

function split(record: string, lines: 2): [string, string];
function split(record: string, lines: 4): [string, string, string, string];
function split(record: string, lines: number): string[] {
  const parts = record.split('\n');
  if (parts.length !== lines)
    throw new SatsumaError('store_unavailable', 'A record in Redis was modified by another program.');
  return parts;
}
