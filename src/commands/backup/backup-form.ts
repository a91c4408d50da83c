import type { Store } from '../../store/store.ts';

/** What a signature of a backup is of: nothing else that an installation signs has a label of this name. */
export const digestLabel = 'satsuma.backup';

/** The format of what is in the store. */
export async function storeFormat(store: Store): Promise<number> {
  const [mark] = await store.list('format');
  return mark?.value.version ?? 1;
}
