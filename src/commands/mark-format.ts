import { SatsumaError } from '../model/errors.ts';
import { quotaFormat } from '../model/project.ts';
import type { Cluster } from '../state/cluster.ts';
import type { DocumentChange, WriteResult } from '../store/store.ts';

type Marked = Pick<Cluster, 'store' | 'cache'>;

/**
 * Writes documents that every server must honour, such as a quota or a scope: no server of an older release may run,
 * and the store's format mark keeps them from starting again. Throws `invalid`.
 */
export async function writeMarked({ store, cache }: Marked, changes: readonly DocumentChange[]): Promise<WriteResult> {
  for (;;) {
    const marks = await markFormat({ store, cache });
    const written = await store.write([...changes, ...marks]);
    // Another server wrote the mark concurrently.
    if (!written.ok && marks.some((mark) => isSame(mark, written.conflict))) continue;
    // Corrects what a server of an older release released since this one started.
    if (written.ok && marks.length > 0) await store.recountQuotas();
    return written;
  }
}

/** The format mark, if the store lacks it. Throws `invalid` while a server of an older release runs. */
export async function markFormat({ store, cache }: Marked): Promise<DocumentChange[]> {
  const mark = await store.read('format', 'store');
  if ((mark?.value.version ?? 0) >= quotaFormat) return [];
  const older = cache.servers.all().find(({ value }) => value.countsQuotas !== true);
  if (older) {
    throw new SatsumaError(
      'invalid',
      `server ${older.value.host ?? older.id} is of an older release, which knows neither quotas nor scopes: upgrade it first`,
    );
  }
  return [{ kind: 'format', id: 'store', value: { version: quotaFormat }, ifVersion: mark?.version ?? 0 }];
}

function isSame({ kind, id }: DocumentChange, conflict: DocumentChange | 'lease' | 'reserved'): boolean {
  return typeof conflict === 'object' && conflict.kind === kind && conflict.id === id;
}
