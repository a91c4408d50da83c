import Joi from 'joi';
import { SatsumaError } from '../model/errors.ts';

/** Of a list that is sorted by name, then by engine. */
export interface PageQuery {
  readonly limit?: number;
  readonly after?: string;
}

export const pageKeys: Joi.SchemaMap<PageQuery> = {
  limit: Joi.number().integer().min(1).max(10_000).prefs({ convert: true }),
  after: Joi.string().max(2_048),
};

interface Row {
  readonly name: string;
  readonly engineId: string;
}

/** The rows behind `after`, as many as the limit, and where the next page begins. Throws `invalid` for what is no `next`. */
export function pageOf<T extends Row>(
  rows: readonly T[],
  { limit, after }: PageQuery,
): { readonly rows: readonly T[]; readonly next?: string } {
  const cursor = after === undefined ? undefined : read(after);
  const behind = cursor ? rows.filter(({ name, engineId }) => isBehind([name, engineId], cursor)) : rows;
  if (limit === undefined || behind.length <= limit) return { rows: behind };
  const last = behind[limit - 1];
  return {
    rows: behind.slice(0, limit),
    ...(last && { next: Buffer.from(JSON.stringify([last.name, last.engineId])).toString('base64url') }),
  };
}

type Cursor = readonly [name: string, engineId: string];

function isBehind([name, engineId]: Cursor, [lastName, lastEngine]: Cursor): boolean {
  return name === lastName ? engineId > lastEngine : name > lastName;
}

function read(after: string): Cursor {
  const cursor: unknown = parse(Buffer.from(after, 'base64url').toString());
  if (Array.isArray(cursor) && cursor.length === 2 && cursor.every((part) => typeof part === 'string'))
    return cursor as unknown as Cursor;
  throw new SatsumaError('invalid', '"after" must be the "next" of an earlier page');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
