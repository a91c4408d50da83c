import type { CatalogEntry } from '../api/catalog.ts';
import { isLoopback } from '../runtime/loopback.ts';

/** Entries of one slot; its name in lower case, as DNS knows no capitals. */
export const entriesBySlot = groupsBy(({ slot }: { readonly slot: string }) => slot.toLowerCase());
/** Entries of one port of the container, by `PROTO/PORT`. */
export const entriesByPort = groupsBy((entry: CatalogEntry) => `${entry.proto}/${entry.container_port}`);

const reachable = remembered(answering);
const reachableFromElsewhere = remembered((all: readonly CatalogEntry[]) =>
  answering(all.filter(({ host }) => !isLoopback(host))),
);

/**
 * Where nothing else is left, what an engine has that does not answer may still be there. What is on this machine is so for
 * nobody else.
 */
export function usable(entries: readonly CatalogEntry[], isLocal: boolean): readonly CatalogEntry[] {
  return isLocal ? reachable(entries) : reachableFromElsewhere(entries);
}

/** At most so many of them, others each time and in another order: whoever takes the first takes another one each time. */
export function sample<T>(values: readonly T[], most: number): T[] {
  // Few of many are drawn, and nothing is done with the others.
  if (values.length > 2 * most) {
    const drawn = new Set<number>();
    while (drawn.size < most) drawn.add(Math.floor(Math.random() * values.length));
    return [...drawn].flatMap((index) => values[index] ?? []);
  }
  const left = [...values];
  for (let at = left.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [left[at], left[other]] = [left[other] as T, left[at] as T];
  }
  return left.slice(0, most);
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

/** Works it out once for each list: those of the directory are the same until something changes, and questions are many. */
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
