import type { AuditEntry, DrainReceipt } from '../model/audit.ts';
import { timestamp } from '../state/clock.ts';
import type { Cluster } from '../state/cluster.ts';

/**
 * Records in the audit log that a drain stopped a replica, or that the drain is complete. No request causes these
 * steps, so no request records them.
 */
export function noteDrain({ audit, clock }: Cluster, receipt: DrainReceipt): void {
  const { drained, stopped } = receipt;
  const what = stopped
    ? ({ verb: 'remove', noun: 'container', target: `${stopped.service}/${stopped.slot}` } as const)
    : ({ verb: 'update', noun: 'engine', target: drained } as const);
  const entry: AuditEntry = {
    at: timestamp(clock),
    ...{ who: null, role: null, from: '', method: '', path: '', status: null, code: null, request: '' },
    ...{ ...what, result: 'done', receipt },
  };
  audit?.note(entry);
}
