import type { ListedContainer } from '../../src/api/container.ts';
import { portsOf } from '../../src/api/container-filters.ts';
import { nameOf } from '../live-cluster.ts';
import type { TextKey } from '../texts/english.ts';

export interface ContainerColumn {
  readonly title: TextKey;
  readonly value: (container: ListedContainer) => string;
  /** By what it is sorted, where that is not what is shown. */
  readonly order?: (container: ListedContainer) => string;
  /** On a telephone there is no room for it. */
  readonly isWide?: boolean;
}

export const containerColumns: readonly ContainerColumn[] = [
  { title: 'name', value: nameOf },
  {
    title: 'state',
    value: ({ status, state, stale }) => `${stale ? '? ' : ''}${status || state}`,
    order: ({ state }) => state,
  },
  { title: 'engine', value: ({ engine }) => engine.id },
  { title: 'image', value: ({ image }) => image.name, isWide: true },
  { title: 'ports', value: portsOf, isWide: true },
  { title: 'project', value: ({ image }) => image.project ?? 'default', isWide: true },
  {
    ...{ title: 'created', isWide: true },
    value: ({ created_at }) => new Date(created_at).toLocaleString(),
    order: ({ created_at }) => created_at,
  },
];

/** Names are plain letters: compared as text, ten times as fast as by a collator, so that 20,000 are in order within a blink. */
const numberWidth = 12;
const keys = new WeakMap<ListedContainer, string>();

/** `key`: the title of a column, with `-` before it the other way round. Equal ones are by name. */
export function sorted(containers: readonly ListedContainer[], key: string): readonly ListedContainer[] {
  const [isDown, title] = key.startsWith('-') ? [true, key.slice(1)] : [false, key];
  const column = containerColumns.find((each) => each.title === title && title !== 'name');
  const orderOf = column && (column.order ?? column.value);
  const rows = containers.map((container) => {
    const name = nameKeyOf(container);
    return { container, name, by: orderOf ? sortKey(orderOf(container)) : name };
  });
  const turn = isDown ? -1 : 1;
  rows.sort((a, b) => turn * compare(a.by, b.by) || compare(a.name, b.name));
  return rows.map(({ container }) => container);
}

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
