import type { EngineRecord } from '../../model/engine.ts';
import { SatsumaError } from '../../model/errors.ts';
import type { ContainerCache } from '../container-cache.ts';
import type { KnownContainer } from '../known-container.ts';

/** Sort keys of lists; ties are sorted by engine, name and id. */
const keys = {
  engine: () => '',
  name: ({ summary }) => summary.name,
  created: ({ summary }) => summary.createdAt,
  state: ({ summary }) => summary.state,
} as const satisfies Record<string, (container: KnownContainer) => string>;

type Key = keyof typeof keys;

/** A key, or `-` and a key for descending order. */
export type ContainerOrder = Key | `-${Key}`;

export const containerOrders: readonly ContainerOrder[] = (Object.keys(keys) as Key[]).flatMap((key) => [
  key,
  `-${key}` as const,
]);

/** The position of a container in a list: its sort keys. */
type Place = readonly [key: string, engineId: string, name: string, id: string];

/** Where a list continues. */
export interface Cursor {
  readonly order: ContainerOrder;
  readonly place: Place;
}

interface Order {
  /** The known containers of the given engines, which are sorted by id; with a cursor, those after it. */
  walk(cache: ContainerCache, engines: readonly EngineRecord[], after: Cursor | undefined): Iterable<KnownContainer>;
}

export function orderOf(order: ContainerOrder): Order {
  const { key, isDown } = parsed(order);
  const compare = (a: Place, b: Place) => (isDown ? comparePlaces(b, a) : comparePlaces(a, b));
  return {
    *walk(cache, engines, after) {
      const isAfter = (known: KnownContainer) => !after || compare(placeOf(key, known), after.place) > 0;
      // Sorted by engine, they are produced engine by engine; other orders need all of them.
      if (key === 'engine') {
        for (const { id } of isDown ? engines.toReversed() : engines) {
          if (after && isBefore(id, after.place[1], isDown)) continue;
          const sorted = cache.sorted(id);
          for (const known of isDown ? sorted.toReversed() : sorted) if (isAfter(known)) yield known;
        }
        return;
      }
      const found = engines.flatMap(({ id }) =>
        cache.sorted(id).map((known) => ({ known, place: placeOf(key, known) })),
      );
      found.sort((a, b) => compare(a.place, b.place));
      for (const { known } of found) if (isAfter(known)) yield known;
    },
  };
}

export function cursorOf(order: ContainerOrder, known: KnownContainer): string {
  return Buffer.from(JSON.stringify([order, ...placeOf(parsed(order).key, known)])).toString('base64url');
}

/** Throws `invalid` unless `cursorOf` created it for this order. */
export function readCursor(text: string, order: ContainerOrder): Cursor {
  const [found, ...place] = partsOf(text);
  if (found === order && place.length === 4) return { order, place: place as unknown as Place };
  const why = containerOrders.includes(found as ContainerOrder)
    ? `"after" is a cursor of a list sorted by ${found}, and this list is sorted by ${order}`
    : '"after" is no cursor: give what an answer said in "next"';
  throw new SatsumaError('invalid', why);
}

function parsed(order: ContainerOrder): { readonly key: Key; readonly isDown: boolean } {
  const isDown = order.startsWith('-');
  return { key: (isDown ? order.slice(1) : order) as Key, isDown };
}

function placeOf(key: Key, known: KnownContainer): Place {
  return [keys[key](known), known.engineId, known.summary.name, known.summary.id];
}

function partsOf(text: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(parts) && parts.every((each) => typeof each === 'string') ? parts : [];
  } catch {
    return [];
  }
}

function isBefore(engineId: string, other: string, isDown: boolean): boolean {
  return isDown ? engineId > other : engineId < other;
}

/** Compares by characters, as engines are sorted. */
function comparePlaces(a: Place, b: Place): number {
  for (let at = 0; at < a.length; at++) {
    const [left = '', right = ''] = [a[at], b[at]];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
