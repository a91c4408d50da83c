import { isDeepStrictEqual } from 'node:util';
import type { SatsumaError } from '../model/errors.ts';
import type { Cluster } from '../state/cluster.ts';
import type { DocumentKind, Documents } from '../store/documents.ts';
import type { DocumentChange } from '../store/store.ts';

/** Maximum number of lost races before `busy` is thrown. */
const maxTries = 10;

/**
 * Changes a document by compare-and-set. `edit` returns the new value: undefined deletes the document, an equal value
 * changes nothing. After a concurrent write `edit` is called again. Throws what `edit` throws, and `busy` after ten
 * attempts.
 */
export async function changeDocument<K extends DocumentKind, D extends Documents[K] | undefined>(
  { store, cache }: Pick<Cluster, 'store' | 'cache'>,
  { kind, id }: { readonly kind: K; readonly id: string },
  edit: (found: Documents[K] | undefined) => D | Promise<D>,
  busy: () => SatsumaError,
): Promise<D> {
  for (let tries = 1; tries <= maxTries; tries += 1) {
    const found = await store.read(kind, id);
    const value = await edit(found?.value);
    if (isDeepStrictEqual(value, found?.value)) return value;
    const change = { kind, id, ...(value !== undefined && { value }) };
    const written = await store.write([{ ...change, ifVersion: found?.version ?? 0 } as DocumentChange]);
    if (!written.ok) continue;
    cache.apply({ ...change, version: written.version } as Parameters<typeof cache.apply>[0]);
    return value;
  }
  throw busy();
}
