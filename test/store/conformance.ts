import type { ExecutionContext } from 'ava';
import type { FeedOptions } from '../../src/store/feed-limits.ts';
import type { Store } from '../../src/store/store.ts';
import { documentFacts } from './conformance/documents.ts';
import { exchangeFacts } from './conformance/exchange.ts';
import { feedFacts } from './conformance/feed.ts';
import { leaseFacts } from './conformance/leases.ts';
import { ledgerFacts } from './conformance/ledger.ts';
import { nameFacts } from './conformance/names.ts';
import { repairFacts } from './conformance/repair-ledger.ts';
import { reserveFacts } from './conformance/reserve.ts';
import { sharingFacts } from './conformance/sharing.ts';

export interface Backend {
  /** Empty and of its own, closed and removed when the test ends. */
  open(t: ExecutionContext, options?: FeedOptions): Promise<Store>;
  /** Several stores over the same data, where the backend can have them. */
  openSeveral?(t: ExecutionContext, count: number): Promise<readonly Store[]>;
  /** What a stand-in for Redis gets wrong. */
  readonly cannot?: readonly ('proto-ids' | 'exact-trimming' | 'large-feeds')[];
}

/** What every store does, as tests. */
export function conformance(backend: Backend): void {
  documentFacts(backend);
  reserveFacts(backend);
  ledgerFacts(backend);
  exchangeFacts(backend);
  nameFacts(backend);
  repairFacts(backend);
  feedFacts(backend);
  leaseFacts(backend);
  sharingFacts(backend);
}
