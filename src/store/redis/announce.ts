import { randomUUID } from 'node:crypto';
import type { FeedLimits } from '../feed-limits.ts';
import type { RedisKeys } from './keys.ts';

/** The first keys and arguments of every script with an event; see scripts/announce.lua. */
export interface Announce {
  readonly keys: readonly string[];
  args(): readonly (string | number)[];
}

export function announceWith(keys: RedisKeys, { versions, bytes }: FeedLimits): Announce {
  return {
    keys: [keys.version, keys.changes, keys.feed],
    // A new epoch each time: Redis stores the one of the first change, also after a flush.
    args: () => [versions, bytes, randomUUID()],
  };
}
