import { isIP } from 'node:net';
import { canonicalAddress } from '../../model/host-address.ts';
import { InvalidResponse } from './failures.ts';

/*
 * Readers of an engine's answers. Types are promises of the daemon's, and whoever is at the address need not keep them:
 * what comes through here is what it is called. Each throws InvalidResponse, with the name of the field and what came. Docker
 * says null for nothing, so callers write `listOf(Env ?? [], 'Env')`.
 */

export type Fields = Readonly<Record<string, unknown>>;

/** Docker's int64. */
const int64 = 2 ** 63;
/** Far above what fits on one machine; a ledger of more would be a way to fill our memory. */
export const maximumEntries = 20_000;
/** Every port of every protocol, exposed or bound on IPv4 and on IPv6: an image may expose ranges of them. */
export const maximumPortEntries = 400_000;
const maximumLine = 8_192;

export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(what, value, 'an object');
  return value as Fields;
}

export function listOf(value: unknown, what: string, most = maximumEntries): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(what, value, 'a list');
  if (value.length > most) throw new InvalidResponse(`${what} has ${value.length} entries, not ${most}`);
  return value;
}

/**
 * The first entries of a list, as many as may be looked at. Those that satisfy `isLast` are left out first. `rest`: how many
 * are left out.
 */
export function firstOf(
  value: unknown,
  what: string,
  isLast: (entry: unknown) => boolean = () => false,
): { readonly entries: readonly unknown[]; readonly rest: number } {
  const all = listOf(value, what, Number.POSITIVE_INFINITY);
  if (all.length <= maximumEntries) return { entries: all, rest: 0 };
  const sorted = [...all.filter((entry) => !isLast(entry)), ...all.filter(isLast)];
  return { entries: sorted.slice(0, maximumEntries), rest: all.length - maximumEntries };
}

/** Any text, of several lines if need be: an argument, a label. */
export function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw wrong(what, value, 'a text');
  return value;
}

/** A text for a table or a log: of one line, and not a long one. */
export function lineOf(value: unknown, what: string): string {
  const text = textOf(value, what);
  if (text.length > maximumLine || /\p{Cc}/u.test(text)) throw wrong(what, value, 'one line');
  return text;
}

/** What can be shown of a text that is not one line; empty for what is no text. */
export function cleanLine(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, maximumLine).replace(/\p{Cc}/gu, '\ufffd') : '';
}

export function booleanOf(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw wrong(what, value, 'true or false');
  return value;
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

/**
 * Empty: all addresses. Docker keeps `[::1]` and `localhost` as they were asked for, and binds a name on all addresses.
 */
export function addressOf(value: unknown, what: string): string {
  const bare = typeof value === 'string' ? value.replace(/^\[(.*)\]$/, '$1') : undefined;
  if (bare === '' || (bare !== undefined && isIP(bare))) return canonicalAddress(bare);
  if (bare !== undefined && isHostName(bare)) return '';
  throw wrong(what, value, 'an IP address');
}

function isHostName(text: string): boolean {
  return text.length <= 253 && /^[a-zA-Z0-9_]([a-zA-Z0-9_.-]*[a-zA-Z0-9_])?$/.test(text);
}

/** It goes into paths, keys and prefixes: nothing else is an id. */
export function containerIdOf(value: unknown, what: string): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
  throw wrong(what, value, 'an ID of 64 hex digits');
}

/** Not the value: it may be long, or an environment's. */
export function wrong(what: string, value: unknown, expected: string): InvalidResponse {
  return new InvalidResponse(`${what} is ${describe(value)}, not ${expected}`);
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'empty' : `a text of ${value.length} characters`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return value === undefined ? 'missing' : String(value);
}
