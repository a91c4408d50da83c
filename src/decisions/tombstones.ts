import type { DocumentChange, Store } from '../store/store.ts';

/** Maximum number of tombstones. Containers of the owners with the oldest ones are not expected to appear any more. */
const maxKept = 1_000;

/**
 * The changes that mark a service or a job as permanently removed. Needed if it was restored from labels, or leaves
 * containers on engines that are down: when such an engine comes back, its containers are removed and do not restore
 * their owner. Other owners need no tombstone: their containers name this store, and are gone.
 */
export async function tombstoneChanges(
  store: Pick<Store, 'list'>,
  { id, isNeeded, now }: { readonly id: string; readonly isNeeded: boolean; readonly now: string },
): Promise<DocumentChange[]> {
  if (!isNeeded) return [];
  const known = (await store.list('tombstone')).filter((each) => each.id !== id);
  const eldestFirst = known.sort((a, b) => a.version - b.version);
  const surplus = eldestFirst.slice(0, Math.max(0, known.length + 1 - maxKept));
  return [
    { kind: 'tombstone', id, value: { removedAt: now } },
    ...surplus.map((each): DocumentChange => ({ kind: 'tombstone', id: each.id })),
  ];
}
