import { readBlocks, readHead } from '../../audit/read-blocks.ts';
import type { AuditEntry, AuditResult } from '../../model/audit.ts';
import type { Store } from '../../store/store.ts';

export interface AuditFilter {
  /** Milliseconds since 1970. */
  readonly since?: number | undefined;
  readonly who?: string | undefined;
  readonly verb?: string | undefined;
  readonly noun?: string | undefined;
  readonly target?: string | undefined;
  readonly result?: AuditResult | undefined;
  readonly limit: number;
}

/** The latest matching entries, the latest first. */
export async function listAudit(store: Pick<Store, 'read'>, filter: AuditFilter): Promise<readonly AuditEntry[]> {
  const { since = 0, limit } = filter;
  const { value: head } = await readHead(store);
  const found: AuditEntry[] = [];
  for await (const { entries, at } of readBlocks(store, head.number, head.first)) {
    // A block's entries are older than the block.
    if (Date.parse(at) < since) break;
    const selected = entries.filter((each) => isSelected(each, filter) && Date.parse(each.at) >= since);
    found.push(...selected.toReversed());
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

function isSelected(entry: AuditEntry, filter: AuditFilter): boolean {
  return (['who', 'verb', 'noun', 'target', 'result'] as const).every(
    (field) => filter[field] === undefined || entry[field] === filter[field],
  );
}
