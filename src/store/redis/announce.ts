import { randomUUID } from 'node:crypto';
import type { FeedLimits } from '../feed-limits.ts';
import type { RedisKeys } from './keys.ts';

/** The first keys and arguments of every script that has an event; scripts/announce.lua lists them. */
export interface Announce {
  readonly keys: readonly string[];
  args(): readonly (string | number)[];
}

export function announceWith(keys: RedisKeys, { versions, bytes }: FeedLimits): Announce {
  return {
    keys: [keys.version, keys.changes, keys.feed],
    // A new epoch each time: Redis takes the one that comes with the first change, also after it was flushed.
    args: () => [versions, bytes, randomUUID()],
  };
}
