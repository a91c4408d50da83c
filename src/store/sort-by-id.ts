/** Sorts by UTF-16 units, as JavaScript compares strings: equal in every store and locale. */
export function sortById<T extends { readonly id: string }>(items: T[]): T[] {
  return items.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
