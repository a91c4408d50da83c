import type { PathStat } from '../../model/path-stat.ts';
import { InvalidResponse } from './failures.ts';
import { fieldsOf, integerOf, lineOf } from './shape.ts';

/** What Docker's header says of a path: JSON in base64. Throws InvalidResponse. */
export function toPathStat(header: string | string[] | undefined): PathStat {
  if (typeof header !== 'string') throw new InvalidResponse('its answer does not say what is at the path');
  const { name, size, mode, mtime, linkTarget } = fieldsOf(parse(header), 'the stat of the path');
  return {
    name: lineOf(name, 'name'),
    size: integerOf(size, 'size'),
    mode: integerOf(mode, 'mode', { most: 2 ** 32 - 1 }),
    mtime: lineOf(mtime, 'mtime'),
    linkTarget: lineOf(linkTarget ?? '', 'linkTarget'),
  };
}

function parse(header: string): unknown {
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString());
  } catch {
    throw new InvalidResponse('the stat of the path is not JSON');
  }
}
