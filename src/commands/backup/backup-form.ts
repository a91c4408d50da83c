import type { Store } from '../../store/store.ts';

/** Label of the signed digest. No other signature of an installation uses this label. */
export const digestLabel = 'satsuma.backup';

/** The format version of the store's content. */
export async function storeFormat(store: Store): Promise<number> {
  const [mark] = await store.list('format');
  return mark?.value.version ?? 1;
}
