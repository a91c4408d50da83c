import { badRequest, entityTooLarge, isBoom } from '@hapi/boom';
import type { Lifecycle } from '@hapi/hapi';
import { mostValues } from './body-bounds.ts';

const byteOrderMark = Buffer.from('\ufeff');
/** Assigning it would change an object's prototype, so the parser rejects it. */
const forbiddenKey = '__proto__';
const mostPathCharacters = 200;

/**
 * Called for a body that could not be parsed. Accepts one with a byte order mark; explains what is wrong with others.
 */
export const readAgain: Lifecycle.FailAction = (request, h, error) => {
  if (isBoom(error, 413)) throw entityTooLarge('the body is larger than 1 MiB');
  const raw = rawOf(error);
  const hasMark = raw.subarray(0, byteOrderMark.length).equals(byteOrderMark);
  const payload = parse(raw.subarray(hasMark ? byteOrderMark.length : 0));
  const path = pathOf(payload, ({ key }) => key === forbiddenKey);
  if (path !== undefined) throw badRequest(`"${path}" is not allowed`);
  if (!hasMark) throw badRequest('the body is not JSON');
  Object.assign(request, { payload });
  return h.continue;
};

/**
 * Rejects keys and strings that no engine accepts: a NUL, which ends arguments, variables and paths, and an unpaired
 * surrogate, which is not a character and would be replaced.
 */
export const refuseUntellable: Lifecycle.Method = ({ payload }, h) => {
  if (typeof payload !== 'object' || payload === null || 'pipe' in payload || Buffer.isBuffer(payload))
    return h.continue;
  let what: string | undefined;
  const path = pathOf(payload, ({ key, value }) => {
    what = untellable(key) ?? untellable(value);
    return what !== undefined;
  });
  if (path !== undefined) throw badRequest(`"${path}" has ${what}`);
  return h.continue;
};

const halfPair = /\p{Surrogate}/u;

function untellable(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  if (value.includes('\0')) return 'a NUL character, which is not allowed';
  return halfPair.test(value) ? 'half of a surrogate pair, which is no character' : undefined;
}

/** Hapi's parser attaches the raw bytes to its error. */
function rawOf(error: unknown): Buffer {
  const raw = typeof error === 'object' && error !== null && 'raw' in error ? error.raw : undefined;
  return Buffer.isBuffer(raw) ? raw : Buffer.alloc(0);
}

function parse(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString());
  } catch {
    throw badRequest('the body is not JSON');
  }
}

interface Place {
  /** For an array: the index in brackets. */
  readonly key: string;
  readonly value: unknown;
  readonly parent?: Place;
}

/**
 * The path of the first matching value, within the limit of values. Not recursive: the nesting of a body is limited
 * only by its length.
 */
function pathOf(body: unknown, isWanted: (place: Place) => boolean): string | undefined {
  const pending: Place[] = [{ key: '', value: body }];
  for (let seen = 0; seen <= mostValues; seen++) {
    const place = pending.pop();
    if (!place) return undefined;
    if (isWanted(place)) return pathTo(place);
    const { value } = place;
    if (typeof value !== 'object' || value === null) continue;
    for (const key of Object.keys(value)) {
      if (pending.length > mostValues) break;
      const name = Array.isArray(value) ? `[${key}]` : key;
      pending.push({ key: name, value: Reflect.get(value, key), parent: place });
    }
  }
  return undefined;
}

/** In the notation of the schemas: `bind_ports[0].proto`. */
function pathTo(place: Place): string {
  let path = '';
  for (let at: Place | undefined = place; at && path.length <= mostPathCharacters; at = at.parent)
    path = `${at.key}${path === '' || path.startsWith('[') || at.key === '' ? '' : '.'}${path}`;
  return path.slice(0, mostPathCharacters).replaceAll('\0', '\\0');
}
