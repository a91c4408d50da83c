import { isDeepStrictEqual } from 'node:util';
import { hiddenValue } from '../model/hidden-value.ts';

interface Differences {
  /** The paths at which what there is is other than what is wanted. */
  readonly fields: readonly string[];
  /** Those at which the server does not show to whoever asks what there is: it alone can compare them. */
  readonly hidden: readonly string[];
}

export const noDifferences: Differences = { fields: [], hidden: [] };

/** What the server adds of its own is none of ours. */
export function differences(desired: object, stored: object): Differences {
  const found = compare(desired, stored, '').filter(({ path }) => !ownOfServer.includes(path));
  const pathsOf = (isHidden: boolean) => found.flatMap((each) => (each.isHidden === isHidden ? [each.path] : []));
  return { fields: pathsOf(false), hidden: pathsOf(true) };
}

const ownOfServer = ['image.policy', 'image.project'];

interface Difference {
  readonly path: string;
  readonly isHidden: boolean;
}

function compare(desired: unknown, stored: unknown, path: string): Difference[] {
  if (isDeepStrictEqual(desired, stored)) return [];
  if (!isPlain(desired) || !isPlain(stored))
    return [{ path, isHidden: stored === hiddenValue && desired !== undefined }];
  const keys = new Set([...Object.keys(desired), ...Object.keys(stored)]);
  return [...keys].flatMap((key) => {
    const below = path === '' ? key : `${path}.${key}`;
    // What belongs to no project of its own is in one all the same.
    if (desired[key] === undefined && ownOfServer.includes(below)) return [];
    return compare(desired[key], stored[key], below);
  });
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
