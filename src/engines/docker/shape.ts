import { isIP } from 'node:net';
import { canonicalAddress } from '../../model/host-address.ts';
import { InvalidResponse } from './failures.ts';

/*
 * Readers that validate an engine's answers, because the types of the Docker API are not guaranteed at runtime. Each
 * throws InvalidResponse with the name of the field and what was found. Docker sends null for empty values, so callers
 * write `listOf(Env ?? [], 'Env')`.
 */

export type Fields = Readonly<Record<string, unknown>>;

/** Docker uses int64. */
const int64 = 2 ** 63;
/** Far above what fits on one machine; bounds the memory of the ledger. */
export const maximumEntries = 20_000;
/** All ports of all protocols, exposed or bound on IPv4 and IPv6: an image may expose ranges. */
export const maximumPortEntries = 400_000;
const maximumLine = 8_192;

export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(what, value, 'an object');
  return value as Fields;
}

export function listOf(value: unknown, what: string, max = maximumEntries): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(what, value, 'a list');
  if (value.length > max) throw new InvalidResponse(`${what} has ${value.length} entries, not ${max}`);
  return value;
}

/**
 * The first entries of a list, up to the limit. Entries that satisfy `isLast` are dropped first. `rest`: how many were
 * dropped.
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

/** Any string, possibly of several lines: an argument, a label. */
export function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw wrong(what, value, 'a text');
  return value;
}

/** A short single-line string, for a table or a log. */
export function lineOf(value: unknown, what: string): string {
  const text = textOf(value, what);
  if (text.length > maximumLine || /\p{Cc}/u.test(text)) throw wrong(what, value, 'one line');
  return text;
}

/** The displayable part of a string that is not a single line; empty for other values. */
export function cleanLine(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, maximumLine).replace(/\p{Cc}/gu, '\ufffd') : '';
}

export function booleanOf(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw wrong(what, value, 'true or false');
  return value;
}

/** An integer from `least` to `most`; by default, a non-negative int64. */
export function integerOf(value: unknown, what: string, { min = 0, max = int64 } = {}): number {
  if (!Number.isInteger(value)) throw wrong(what, value, 'an integer');
  const number = value as number;
  if (number < min || number > max) throw wrong(what, value, `from ${min} to ${max}`);
  return number;
}

export function portOf(value: unknown, what: string): number {
  return integerOf(value, what, { max: 65_535 });
}

/** Empty: all addresses. Docker stores `[::1]` and `localhost` as requested, and binds a host name on all addresses. */
export function addressOf(value: unknown, what: string): string {
  const bare = typeof value === 'string' ? value.replace(/^\[(.*)\]$/, '$1') : undefined;
  if (bare === '' || (bare !== undefined && isIP(bare))) return canonicalAddress(bare);
  if (bare !== undefined && isHostName(bare)) return '';
  throw wrong(what, value, 'an IP address');
}

function isHostName(text: string): boolean {
  return text.length <= 253 && /^[a-zA-Z0-9_]([a-zA-Z0-9_.-]*[a-zA-Z0-9_])?$/.test(text);
}

/** Validated strictly, because it is used in paths, keys and prefixes. */
export function containerIdOf(value: unknown, what: string): string {
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) return value;
  throw wrong(what, value, 'an ID of 64 hex digits');
}

/** Does not include the value: it may be long, or part of an environment. */
export function wrong(what: string, value: unknown, expected: string): InvalidResponse {
  return new InvalidResponse(`${what} is ${describe(value)}, not ${expected}`);
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value === '' ? 'empty' : `a text of ${value.length} characters`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return value === undefined ? 'missing' : String(value);
}

/** A map of strings, such as labels; empty without a value. Throws InvalidResponse. */
export function textsOf(value: unknown, what: string): Record<string, string> {
  const fields = Object.entries(fieldsOf(value ?? {}, what));
  return Object.fromEntries(fields.map(([key, text]) => [key, textOf(text, `${what}.${key.slice(0, 100)}`)]));
}
