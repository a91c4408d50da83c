import { isDeepStrictEqual } from 'node:util';

/**
 * The paths at which what there is is other than what is wanted. What the server adds of its own is none of ours. A value that
 * it does not show to whoever asks counts as another one: it is written, and the server knows whether it is.
 */
export function differences(wanted: object, stored: object): string[] {
  return compare(wanted, stored, '').filter((path) => !ownOfServer.includes(path));
}

const ownOfServer = ['image.policy', 'image.project'];

function compare(wanted: unknown, stored: unknown, path: string): string[] {
  if (isDeepStrictEqual(wanted, stored)) return [];
  if (!isPlain(wanted) || !isPlain(stored)) return [path];
  const keys = new Set([...Object.keys(wanted), ...Object.keys(stored)]);
  return [...keys].flatMap((key) => {
    const below = path === '' ? key : `${path}.${key}`;
    // What belongs to no project of its own is in one all the same.
    if (wanted[key] === undefined && ownOfServer.includes(below)) return [];
    return compare(wanted[key], stored[key], below);
  });
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
