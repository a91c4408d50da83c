import { badRequest } from '@hapi/boom';
import type { Lifecycle } from '@hapi/hapi';

/** Far more than a request needs: an image config has a few hundred values, a Panamax application a few thousand. */
export const mostValues = 10_000;
export const mostItems = 1024;
export const mostDepth = 32;

/** The size of a JSON value. Keys and strings count by their characters. */
export interface Size {
  readonly values: number;
  readonly characters: number;
  readonly depth: number;
  /** The size of the largest array or object. */
  readonly items: number;
}

interface Place {
  readonly value: unknown;
  readonly depth: number;
}

/** Stops one value above the limit, and is not recursive: the nesting of a body is limited only by its length. */
export function sizeOf(body: unknown): Size {
  const pending: Place[] = [{ value: body, depth: 0 }];
  const size = { values: 0, characters: 0, depth: 0, items: 0 };
  for (let place = pending.pop(); place && size.values <= mostValues; place = pending.pop()) {
    const { value, depth } = place;
    size.values += 1;
    size.depth = Math.max(size.depth, depth);
    if (typeof value === 'string') size.characters += value.length;
    if (typeof value !== 'object' || value === null) continue;
    const items = Object.values(value);
    size.items = Math.max(size.items, items.length);
    if (!Array.isArray(value)) for (const key of Object.keys(value)) size.characters += key.length;
    for (const each of items) {
      if (size.values + pending.length > mostValues) return { ...size, values: mostValues + 1 };
      pending.push({ value: each, depth: depth + 1 });
    }
  }
  return size;
}

/** Rejects a body by its size, before any schema validates it. */
export const refuseLargeBodies: Lifecycle.Method = ({ payload }, h) => {
  if (typeof payload !== 'object' || payload === null || 'pipe' in payload || Buffer.isBuffer(payload))
    return h.continue;
  const { values, depth, items } = sizeOf(payload);
  if (values > mostValues) throw badRequest(`the body has more than ${mostValues} values`);
  if (depth > mostDepth) throw badRequest(`the body is nested more than ${mostDepth} levels deep`);
  if (items > mostItems) throw badRequest(`a list or an object in the body has more than ${mostItems} entries`);
  return h.continue;
};
