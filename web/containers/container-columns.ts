import type { ListedContainer } from '../../src/api/container.ts';
import { portsOf } from '../../src/api/container-filters.ts';
import { nameOf } from '../live-cluster.ts';
import { momentText } from '../moments.ts';
import type { TextWith } from '../texts/english.ts';

interface ContainerColumn {
  readonly title: TextWith;
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
    value: ({ created_at }) => momentText(created_at),
    order: ({ created_at }) => created_at,
  },
];
