import type { ExecutionContext } from 'ava';
import type { FeedOptions } from '../../../src/store/feed-limits.ts';
import type { Store } from '../../../src/store/store.ts';
export interface Backend {
  /** Empty and of its own, closed and removed when the test ends. */
  open(t: ExecutionContext, options?: FeedOptions): Promise<Store>;
  /** Several stores over the same data, where the backend can have them. */
  openSeveral?(t: ExecutionContext, count: number): Promise<readonly Store[]>;
  /** What a stand-in for Redis gets wrong. */
  readonly cannot?: readonly ('proto-ids' | 'exact-trimming' | 'large-feeds')[];
}
