import { type Boom, badRequest, entityTooLarge, isBoom } from '@hapi/boom';
import type { Lifecycle } from '@hapi/hapi';
import { maxValues, refuseLargeJson } from './body-bounds.ts';

const byteOrderMark = Buffer.from('\ufeff');
/** Assigning it would change an object's prototype, so the parser rejects it. */
const forbiddenKey = '__proto__';
/** Written plainly, or with an escaped underscore or letter. */
const mayHaveForbiddenKey = /__proto__|\\u00/;
const maxPathCharacters = 200;

/**
 * The type by which a route reads JSON. To hapi the body is bytes: its own parser would block the event loop for as long as the nesting of a body
 * is deep.
 */
export const jsonAsBytes = 'application/octet-stream';

/** Called for a body that could not be read. */
export const refuseUnread: Lifecycle.FailAction = (_request, _h, error) => {
  throw isBoom(error, 413) ? entityTooLarge('the body is larger than 1 MiB') : notJson();
};

/** Parses the body of a route that reads JSON, after a look at its size. A byte order mark is accepted. */
export const readJson: Lifecycle.Method = (request, h) => {
  const { payload, route } = request;
  if (route.settings.payload?.override !== jsonAsBytes || !Buffer.isBuffer(payload)) return h.continue;
  const hasMark = payload.subarray(0, byteOrderMark.length).equals(byteOrderMark);
  const raw = payload.subarray(hasMark ? byteOrderMark.length : 0);
  refuseLargeJson(raw);
  const text = raw.toString();
  const parsed = parse(text);
  if (mayHaveForbiddenKey.test(text)) {
    const path = pathOf(parsed, ({ key }) => key === forbiddenKey);
    if (path !== undefined) throw badRequest(`"${path}" is not allowed`);
  }
  Object.assign(request, { payload: parsed });
  return h.continue;
};

function notJson(): Boom {
  return badRequest('the body is not JSON');
}

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

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notJson();
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
function pathOf(body: unknown, isSelected: (place: Place) => boolean): string | undefined {
  const pending: Place[] = [{ key: '', value: body }];
  for (let seen = 0; seen <= maxValues; seen++) {
    const place = pending.pop();
    if (!place) return undefined;
    if (isSelected(place)) return pathTo(place);
    const { value } = place;
    if (typeof value !== 'object' || value === null) continue;
    for (const key of Object.keys(value)) {
      if (pending.length > maxValues) break;
      const name = Array.isArray(value) ? `[${key}]` : key;
      pending.push({ key: name, value: Reflect.get(value, key), parent: place });
    }
  }
  return undefined;
}

/** In the notation of the schemas: `bind_ports[0].proto`. */
function pathTo(place: Place): string {
  let path = '';
  for (let at: Place | undefined = place; at && path.length <= maxPathCharacters; at = at.parent)
    path = `${at.key}${path === '' || path.startsWith('[') || at.key === '' ? '' : '.'}${path}`;
  return path.slice(0, maxPathCharacters).replaceAll('\0', '\\0');
}
