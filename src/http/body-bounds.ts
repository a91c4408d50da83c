import { type Boom, badRequest } from '@hapi/boom';
import type { Lifecycle } from '@hapi/hapi';

/** Far more than a request needs: an image config has a few hundred values, a Panamax application a few thousand. */
export const maxValues = 10_000;
export const maxItems = 1024;
export const maxDepth = 32;

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
  for (let place = pending.pop(); place && size.values <= maxValues; place = pending.pop()) {
    const { value, depth } = place;
    size.values += 1;
    size.depth = Math.max(size.depth, depth);
    if (typeof value === 'string') size.characters += value.length;
    if (typeof value !== 'object' || value === null) continue;
    const items = Object.values(value);
    size.items = Math.max(size.items, items.length);
    if (!Array.isArray(value)) for (const key of Object.keys(value)) size.characters += key.length;
    for (const each of items) {
      if (size.values + pending.length > maxValues) return { ...size, values: maxValues + 1 };
      pending.push({ value: each, depth: depth + 1 });
    }
  }
  return size;
}

/** The bytes that structure a JSON text. No other character has them in UTF-8. */
const bytes = {
  quote: 0x22,
  backslash: 0x5c,
  comma: 0x2c,
  openList: 0x5b,
  closeList: 0x5d,
  open: 0x7b,
  close: 0x7d,
} as const;

/**
 * Rejects a JSON text by its size before it is parsed, which takes 50 ms and more for hundreds of thousands of values or levels. What passes has
 * at most a level too many, and is looked at again when it is parsed.
 */
export function refuseLargeJson(text: Uint8Array): void {
  let [depth, values] = [0, 1];
  let isJustOpened = false;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at] as number;
    if (byte <= 0x20) continue;
    if (byte === bytes.close || byte === bytes.closeList) {
      depth -= 1;
      isJustOpened = false;
      continue;
    }
    // The first value in a list or an object has no comma before it.
    if (isJustOpened || byte === bytes.comma) values += 1;
    if (values > maxValues) throw tooManyValues();
    isJustOpened = byte === bytes.open || byte === bytes.openList;
    if (isJustOpened) depth += 1;
    if (depth > maxDepth + 1) throw tooDeep();
    if (byte === bytes.quote) at = endOfText(text, at);
  }
}

/** The position of the quote that ends a text; the end of all where none does. */
function endOfText(text: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== bytes.quote) at += text[at] === bytes.backslash ? 2 : 1;
  return at;
}

function tooManyValues(): Boom {
  return badRequest(`the body has more than ${maxValues} values`);
}

function tooDeep(): Boom {
  return badRequest(`the body is nested more than ${maxDepth} levels deep`);
}

/** Rejects a body by its size, before any schema validates it. */
export const refuseLargeBodies: Lifecycle.Method = ({ payload }, h) => {
  if (typeof payload !== 'object' || payload === null || 'pipe' in payload || Buffer.isBuffer(payload))
    return h.continue;
  const { values, depth, items } = sizeOf(payload);
  if (values > maxValues) throw tooManyValues();
  if (depth > maxDepth) throw tooDeep();
  if (items > maxItems) throw badRequest(`a list or an object in the body has more than ${maxItems} entries`);
  return h.continue;
};
