import type { ListedContainer } from '../../src/api/container.ts';
import { portsOf } from '../../src/api/container-filters.ts';
import { nameOf } from '../live-cluster.ts';
import type { TextKey } from '../texts.ts';

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

const collator = new Intl.Collator(undefined, { numeric: true });

/** `key`: the title of a column, with `-` before it the other way round. Equal ones are by name. */
export function sorted(containers: readonly ListedContainer[], key: string): readonly ListedContainer[] {
  const [isDown, title] = key.startsWith('-') ? [true, key.slice(1)] : [false, key];
  const { value, order = value } = containerColumns.find((each) => each.title === title) ??
    containerColumns[0] ?? {
      value: nameOf,
    };
  const rows = containers.map((container) => ({ container, by: order(container), name: nameOf(container) }));
  rows.sort((a, b) => (isDown ? -1 : 1) * collator.compare(a.by, b.by) || collator.compare(a.name, b.name));
  return rows.map(({ container }) => container);
}
