import Joi from 'joi';
import { SatsumaError } from '../model/errors.ts';

export interface PageQuery {
  readonly limit?: number;
  readonly after?: string;
}

export const pageKeys: Joi.SchemaMap<PageQuery> = {
  limit: Joi.number().integer().min(1).max(10_000).prefs({ convert: true }),
  after: Joi.string().max(2_048),
};

/** The primary and secondary sort keys of a list. */
export type Place = readonly [first: string, second: string];

interface NamedOnEngine {
  readonly name: string;
  readonly engineId: string;
}

export function placeByName({ name, engineId }: NamedOnEngine): Place {
  return [name, engineId];
}

/**
 * Returns the rows after `after`, at most `limit`, and the cursor of the next page. Throws `invalid` for an invalid
 * cursor.
 */
export function pageOf<T>(
  rows: readonly T[],
  { limit, after }: PageQuery,
  placeOf: (row: T) => Place,
): { readonly rows: readonly T[]; readonly next?: string } {
  const cursor = after === undefined ? undefined : read(after);
  const behind = cursor ? rows.filter((row) => isBehind(placeOf(row), cursor)) : rows;
  if (limit === undefined || behind.length <= limit) return { rows: behind };
  const last = behind[limit - 1];
  return {
    rows: behind.slice(0, limit),
    ...(last && { next: Buffer.from(JSON.stringify(placeOf(last))).toString('base64url') }),
  };
}

function isBehind([first, second]: Place, [lastFirst, lastSecond]: Place): boolean {
  return first === lastFirst ? second > lastSecond : first > lastFirst;
}

function read(after: string): Place {
  const cursor: unknown = parse(Buffer.from(after, 'base64url').toString());
  if (Array.isArray(cursor) && cursor.length === 2 && cursor.every((part) => typeof part === 'string'))
    return cursor as unknown as Place;
  throw new SatsumaError('invalid', '"after" must be the "next" of an earlier page');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
