import type { Claim } from '../model/claim.ts';
import { SatsumaError } from '../model/errors.ts';
import type { NewReservation } from '../model/reservation.ts';
import type { DocumentChange, WriteGuard } from './store.ts';

/** LMDB keys are limited to 1978 bytes; this fits with three bytes per UTF-16 unit and an engine id before it. */
const maximumIdLength = 512;
/** Sums stay exact with up to 8192 claims of this size per key. */
const maximumAmount = 2 ** 40;
/** The maximum changes of one write. Larger changes need several writes. */
const maximumChanges = 10_000;
/** More than all ports of both protocols. */
const maximumClaims = 2 ** 18;
const engineIdPattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;
/** NUL separates LMDB's key parts; lone surrogates do not survive UTF-8. */
const unstorable = /\0|\p{Surrogate}/u;

/** Validation that both stores make before any change; throws `invalid`. */
export function checkId(what: string, id: string): void {
  if (!isId(id)) {
    throw new SatsumaError(
      'invalid',
      `${what} must be 1 to ${maximumIdLength} characters of valid Unicode without NUL.`,
    );
  }
}

/** Whether the text can be a key in both stores. */
export function isId(text: string): boolean {
  return text.length > 0 && text.length <= maximumIdLength && !unstorable.test(text);
}

/** Engine ids have their own alphabet, because they become part of key names. */
export function checkEngineId(id: string): void {
  if (!engineIdPattern.test(id)) {
    throw new SatsumaError('invalid', `An engine id must match ${engineIdPattern.source}.`);
  }
}

export function checkLease(leaseMs: number): void {
  if (!Number.isSafeInteger(leaseMs) || leaseMs < 0) {
    throw new SatsumaError('invalid', `A lease takes a whole number of milliseconds, not ${leaseMs}.`);
  }
}

export function checkChanges(changes: readonly DocumentChange[]): void {
  if (changes.length > maximumChanges) {
    throw new SatsumaError('invalid', `One write makes at most ${maximumChanges} changes, not ${changes.length}.`);
  }
  const seen = new Set<string>();
  for (const { kind, id } of changes) {
    checkId(`The id of a document of kind ${kind}`, id);
    const name = `${kind} ${id}`;
    if (seen.has(name)) throw new SatsumaError('invalid', `One write changes ${name} twice.`);
    seen.add(name);
  }
}

export function checkGuard({ lease, unlessReserved }: WriteGuard): void {
  if (lease) checkId('The name of a lease', lease.name);
  if (unlessReserved !== undefined) checkEngineId(unlessReserved);
}

export function checkReservation(reservation: NewReservation): void {
  checkId('The id of a reservation', reservation.id);
  checkEngineId(reservation.engineId);
  if (reservation.claims.length > maximumClaims) {
    throw new SatsumaError('invalid', `A reservation has at most ${maximumClaims} claims.`);
  }
  for (const claim of reservation.claims) checkClaim(claim);
}

function checkClaim({ key, amount, limit }: Claim): void {
  checkId('The key of a claim', key);
  if (!isAmount(amount)) throw new SatsumaError('invalid', `The claim ${key} asks for ${amount}, not a whole number.`);
  if (limit !== null && !isAmount(limit)) {
    throw new SatsumaError('invalid', `The claim ${key} has the limit ${limit}, not a whole number.`);
  }
}

function isAmount(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount >= 0 && amount <= maximumAmount;
}
