import type { CatalogEntry } from '../api/catalog.ts';
import { isLoopback } from '../runtime/loopback.ts';

/** Entries by slot, in lower case, because DNS names are case-insensitive. */
export const entriesBySlot = groupsBy(({ slot }: { readonly slot: string }) => slot.toLowerCase());
/** Entries by container port, as `PROTO/PORT`. */
export const entriesByPort = groupsBy((entry: CatalogEntry) => `${entry.proto}/${entry.container_port}`);

const reachable = remembered(answering);
const reachableFromElsewhere = remembered((all: readonly CatalogEntry[]) =>
  answering(all.filter(({ host }) => !isLoopback(host))),
);

/**
 * The usable entries. If no other is left, those on unreachable engines are included. Loopback addresses are only
 * usable on this machine.
 */
export function usable(entries: readonly CatalogEntry[], isLocal: boolean): readonly CatalogEntry[] {
  return isLocal ? reachable(entries) : reachableFromElsewhere(entries);
}

/** A random sample in random order, so that clients that take the first entry are distributed. */
export function sample<T>(values: readonly T[], max: number): T[] {
  // Draws indexes directly, to avoid copying many values.
  if (values.length > 2 * max) {
    const drawn = new Set<number>();
    while (drawn.size < max) drawn.add(Math.floor(Math.random() * values.length));
    return [...drawn].flatMap((index) => values[index] ?? []);
  }
  const left = [...values];
  for (let at = left.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [left[at], left[other]] = [left[other] as T, left[at] as T];
  }
  return left.slice(0, max);
}

function answering(entries: readonly CatalogEntry[]): readonly CatalogEntry[] {
  const sure = entries.filter(({ unreachable_since }) => unreachable_since === undefined);
  return sure.length > 0 ? sure : entries;
}

function groupsBy<T extends object>(
  keyOf: (each: T) => string,
): <U extends T>(all: readonly U[], key: string) => readonly U[] {
  const groupsOf = remembered((all: readonly T[]) => {
    const groups = new Map<string, T[]>();
    for (const each of all) {
      const key = keyOf(each);
      const group = groups.get(key);
      if (group) group.push(each);
      else groups.set(key, [each]);
    }
    return groups;
  });
  return <U extends T>(all: readonly U[], key: string) =>
    (groupsOf(all).get(key) ?? []) as readonly T[] as readonly U[];
}

/** Cached per list: the directory's lists are stable until something changes, and queries are frequent. */
function remembered<T, R>(work: (all: readonly T[]) => R): (all: readonly T[]) => R {
  const known = new WeakMap<readonly T[], { readonly result: R }>();
  return (all) => {
    const before = known.get(all);
    if (before) return before.result;
    const result = work(all);
    known.set(all, { result });
    return result;
  };
}
