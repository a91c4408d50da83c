import type { Backend } from './conformance/backend.ts';
import { documentFacts } from './conformance/documents.ts';
import { exchangeFacts } from './conformance/exchange.ts';
import { feedFacts } from './conformance/feed.ts';
import { leaseFacts } from './conformance/leases.ts';
import { ledgerFacts } from './conformance/ledger.ts';
import { nameFacts } from './conformance/names.ts';
import { quotaFacts } from './conformance/quotas.ts';
import { repairFacts } from './conformance/repair-ledger.ts';
import { reserveFacts } from './conformance/reserve.ts';
import { sharingFacts } from './conformance/sharing.ts';
import { snapshotFacts } from './conformance/snapshot.ts';

/** What every store does, as tests. */
export function conformance(backend: Backend): void {
  documentFacts(backend);
  reserveFacts(backend);
  ledgerFacts(backend);
  exchangeFacts(backend);
  nameFacts(backend);
  quotaFacts(backend);
  repairFacts(backend);
  feedFacts(backend);
  leaseFacts(backend);
  sharingFacts(backend);
  snapshotFacts(backend);
}
