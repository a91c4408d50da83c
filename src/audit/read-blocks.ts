import { type AuditBlock, type AuditHead, auditBlockId, auditHeadId, emptyHead } from '../model/audit.ts';
import type { Store, Versioned } from '../store/store.ts';

/** The number of concurrent reads. */
const atOnce = 64;

export async function readHead(store: Pick<Store, 'read'>): Promise<Versioned<AuditHead>> {
  return (await store.read('audit-head', auditHeadId)) ?? { id: auditHeadId, value: emptyHead, version: 0 };
}

/** The blocks in a range of numbers, inclusive, ascending or descending. Missing blocks are skipped. */
export async function* readBlocks(store: Pick<Store, 'read'>, from: number, to: number): AsyncGenerator<AuditBlock> {
  const step = from <= to ? 1 : -1;
  const isIn = (number: number) => (step > 0 ? number <= to : number >= to);
  for (let first = from; isIn(first); first += step * atOnce) {
    const numbers = Array.from({ length: atOnce }, (_, at) => first + step * at).filter(isIn);
    const found = await Promise.all(numbers.map((number) => store.read('audit-block', auditBlockId(number))));
    for (const each of found) if (each) yield each.value;
  }
}
