import { SatsumaError } from '../model/errors.ts';

/** How far the change feed reaches back: about so many versions, and no more bytes than that. */
export interface FeedLimits {
  readonly versions: number;
  readonly bytes: number;
}

const defaultVersions = 10_000;
const defaultBytes = 32 * 2 ** 20;

export function feedLimits({ feedVersions = defaultVersions, feedBytes = defaultBytes }: FeedOptions): FeedLimits {
  checkLimit('versions', feedVersions);
  checkLimit('bytes', feedBytes);
  return { versions: feedVersions, bytes: feedBytes };
}

/** The options of a store that bound its feed. */
export interface FeedOptions {
  /** About how many versions the change feed reaches back. */
  readonly feedVersions?: number;
  /** How many bytes of changes the feed keeps; the last change is kept however large it is. */
  readonly feedBytes?: number;
}

function checkLimit(what: string, limit: number): void {
  if (Number.isSafeInteger(limit) && limit >= 1) return;
  throw new SatsumaError('invalid', `The feed keeps a whole number of ${what}, at least 1, not ${limit}.`);
}
