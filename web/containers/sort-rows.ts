import type { ListedContainer } from '../../src/api/container.ts';
import { nameOf } from '../live-cluster.ts';
import { containerColumns } from './container-columns.ts';

export interface RowsRequest {
  readonly containers: ReadonlyMap<string, readonly ListedContainer[]>;
  readonly matches: (container: ListedContainer) => boolean;
  /** The title of a column, with `-` before it the other way round. Equal ones are by name. */
  readonly key: string;
}

interface SortedRow {
  readonly container: ListedContainer;
  readonly name: string;
  readonly by: string;
}

/** So many are looked at in one piece of work, which takes some milliseconds. */
const pieceLength = 500;

/** Those that match, in order. `rest` is awaited between pieces of the work. */
export async function sortedRows(
  { containers, matches, key }: RowsRequest,
  rest: () => Promise<void>,
): Promise<readonly ListedContainer[]> {
  const [isDown, title] = key.startsWith('-') ? [true, key.slice(1)] : [false, key];
  const column = containerColumns.find((each) => each.title === title && title !== 'name');
  const orderOf = column && (column.order ?? column.value);
  const turn = isDown ? -1 : 1;
  const order = (a: SortedRow, b: SortedRow) => turn * compare(a.by, b.by) || compare(a.name, b.name);
  const all = [...containers.values()].flat();
  const rows: SortedRow[] = [];
  for (let at = 0; at < all.length; at += pieceLength) {
    if (at > 0) await rest();
    const piece = all.slice(at, at + pieceLength).filter(matches);
    const keyed = piece.map((container) => {
      const name = nameKeyOf(container);
      return { container, name, by: orderOf ? sortKey(orderOf(container)) : name };
    });
    rows.push(...keyed.sort(order));
  }
  if (all.length > pieceLength) await rest();
  // Pieces in order, one behind the other, are merged: that takes no longer than one of them.
  return rows.sort(order).map(({ container }) => container);
}

/** Names are plain letters: compared as text, ten times as fast as by a collator. */
const numberWidth = 12;
const keys = new WeakMap<ListedContainer, string>();

/** A container that did not change is the same object, and has its key already. */
function nameKeyOf(container: ListedContainer): string {
  const known = keys.get(container);
  if (known !== undefined) return known;
  const made = sortKey(nameOf(container));
  keys.set(container, made);
  return made;
}

/** Whatever the case; and 9 before 10. */
function sortKey(text: string): string {
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(numberWidth, '0'));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
