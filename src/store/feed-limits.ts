import { SatsumaError } from '../model/errors.ts';

/** The retention of the change feed: approximate number of versions, and maximum bytes. */
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

/** Options of a store that limit its feed. */
export interface FeedOptions {
  /** The approximate number of versions that the feed keeps. */
  readonly feedVersions?: number;
  /** The maximum size of the feed in bytes; the last change is always kept. */
  readonly feedBytes?: number;
}

function checkLimit(what: string, limit: number): void {
  if (Number.isSafeInteger(limit) && limit >= 1) return;
  throw new SatsumaError('invalid', `The feed keeps a whole number of ${what}, at least 1, not ${limit}.`);
}
