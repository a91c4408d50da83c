import type { AuditVerdict } from '../../api/audit.ts';
import { ChainCheck, verdictOf } from '../../audit/chain.ts';
import { readBlocks, readHead } from '../../audit/read-blocks.ts';
import type { AuditBlock, AuditHead } from '../../model/audit.ts';
import type { Store } from '../../store/store.ts';

/** Old blocks are removed once an hour. If that happens during a check, the second round succeeds. */
const maxRounds = 3;

/** Whether the chain in the store is complete, from the first block that is kept to the last. */
export async function verifyAudit(store: Pick<Store, 'read'>): Promise<AuditVerdict> {
  for (let round = 1; ; round++) {
    const { value: head } = await readHead(store);
    const check = new ChainCheck(head);
    for await (const block of readBlocks(store, head.first, head.number)) check.take(block);
    const verdict = verdictOf(check, head);
    if (verdict.ok || round === maxRounds) return verdict;
    // A block that was removed meanwhile because of its age is not missing.
    if ((await readHead(store)).value.first === head.first) return verdict;
  }
}

/** The whole chain for a file: its head, and its blocks. */
export async function* exportAudit(store: Pick<Store, 'read'>): AsyncGenerator<{ audit_head: AuditHead } | AuditBlock> {
  const { value: head } = await readHead(store);
  yield { audit_head: head };
  yield* readBlocks(store, head.first, head.number);
}
