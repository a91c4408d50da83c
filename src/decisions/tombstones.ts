import type { DocumentChange, Store } from '../store/store.ts';

/** More are of services and jobs that were made again and removed: containers of the oldest are not to be expected any more. */
const mostKept = 1_000;

/**
 * What removes a service or a job for good that was made again from labels, or that leaves containers on engines that are
 * down: a container of it that an engine brings back later does not make it again, and is removed. Others need none of
 * this: their containers name this store, and are gone.
 */
export async function tombstoneChanges(
  store: Pick<Store, 'list'>,
  { id, isNeeded, now }: { readonly id: string; readonly isNeeded: boolean; readonly now: string },
): Promise<DocumentChange[]> {
  if (!isNeeded) return [];
  const known = (await store.list('tombstone')).filter((each) => each.id !== id);
  const eldestFirst = known.sort((a, b) => a.version - b.version);
  const surplus = eldestFirst.slice(0, Math.max(0, known.length + 1 - mostKept));
  return [
    { kind: 'tombstone', id, value: { removedAt: now } },
    ...surplus.map((each): DocumentChange => ({ kind: 'tombstone', id: each.id })),
  ];
}
