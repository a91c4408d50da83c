import { isIP } from 'node:net';
import { Nonsense } from './docker-failures.ts';

/*
 * Readers of an engine's answers. Types are promises of the daemon's, and whoever is at the address need not keep them:
 * what comes through here is what it is called. Each throws Nonsense, with the name of the field and what came. Docker
 * says null for nothing, so callers write `listOf(Env ?? [], 'Env')`.
 */

export type Fields = Readonly<Record<string, unknown>>;

/** Docker's int64. */
const int64 = 2 ** 63;
/** Far above what fits on one machine; a ledger of more would be a way to fill our memory. */
const maximumEntries = 20_000;
const maximumLine = 8_192;

export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(what, value, 'an object');
  return value as Fields;
}

export function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(what, value, 'a list');
  if (value.length > maximumEntries) throw new Nonsense(`${what} has ${value.length} entries, not ${maximumEntries}`);
  return value;
}

/** Any text, of several lines if need be: an argument, a label. */
export function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw wrong(what, value, 'a text');
  return value;
}

export function textsOf(value: unknown, what: string): string[] {
  return listOf(value, what).map((each) => textOf(each, `an entry of ${what}`));
}

/** A text for a table or a log: of one line, and not a long one. */
export function lineOf(value: unknown, what: string): string {
  const text = textOf(value, what);
  if (text.length > maximumLine || /\p{Cc}/u.test(text)) throw wrong(what, value, 'one line');
  return text;
}

/** From `least` to `most`, by default what an int64 holds from 0 on. */
export function integerOf(value: unknown, what: string, { least = 0, most = int64 } = {}): number {
  if (!Number.isInteger(value)) throw wrong(what, value, 'an integer');
  const number = value as number;
  if (number < least || number > most) throw wrong(what, value, `from ${least} to ${most}`);
  return number;
}

export function portOf(value: unknown, what: string): number {
  return integerOf(value, what, { most: 65_535 });
}

/** Empty: all addresses. */
export function addressOf(value: unknown, what: string): string {
  if (value === '' || (typeof value === 'string' && isIP(value))) return value;
  throw wrong(what, value, 'an IP address');
}

/** It goes into paths, keys and prefixes: nothing else is an id. */
export function containerIdOf(value: unknown, what: string): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
  throw wrong(what, value, 'an ID of 64 hex digits');
}

/** Not the value: it may be long, or an environment's. */
function wrong(what: string, value: unknown, expected: string): Nonsense {
  return new Nonsense(`${what} is ${describe(value)}, not ${expected}`);
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'empty' : `a text of ${value.length} characters`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return value === undefined ? 'missing' : String(value);
}
