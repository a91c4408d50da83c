import type { AuditVerdict } from '../../api/audit.ts';
import { ChainCheck, verdictOf } from '../../audit/chain.ts';
import { readBlocks, readHead } from '../../audit/read-blocks.ts';
import type { AuditBlock, AuditHead } from '../../model/audit.ts';
import type { Store } from '../../store/store.ts';

/** Whether the chain in the store is whole, from the first block that is kept to the last. */
export async function verifyAudit(store: Pick<Store, 'read'>): Promise<AuditVerdict> {
  const { value: head } = await readHead(store);
  const check = new ChainCheck(head);
  for await (const block of readBlocks(store, head.first, head.number)) check.take(block);
  return verdictOf(check, head);
}

/** The whole chain for a file: where it is, and its blocks. */
export async function* exportAudit(store: Pick<Store, 'read'>): AsyncGenerator<{ audit_head: AuditHead } | AuditBlock> {
  const { value: head } = await readHead(store);
  yield { audit_head: head };
  yield* readBlocks(store, head.first, head.number);
}
