import type { ListedContainer } from '../../api/container.ts';
import { containerFilters, labelsOf, mountsOf, networksOf, portsOf } from '../../api/container-filters.ts';
import { bareName } from '../../model/bare-name.ts';
import { ageText } from '../age.ts';
import type { List } from './list.ts';

/** Docker's fields and filters, and the engine. */
export const containerList: List<ListedContainer> = {
  columns: [
    { title: 'ID', field: 'ID', kind: 'id', value: ({ id }) => id },
    { title: 'NAME', field: 'Names', value: ({ name }) => bareName(name) },
    { title: 'IMAGE', field: 'Image', kind: 'detail', value: ({ image }) => image.name },
    { title: 'ENGINE', field: 'Engine', value: ({ engine }) => engine.id },
    {
      ...{ title: 'STATE', field: 'State', kind: 'state' },
      value: ({ state, unclear, stale }) =>
        `${state}${unclear === undefined ? '' : ' (unclear)'}${stale ? ' (stale)' : ''}`,
    },
    { title: 'STATUS', field: 'Status', kind: 'detail', isOptional: true, value: ({ status = '' }) => status },
    { title: 'PORTS', field: 'Ports', kind: 'words', value: portsOf },
    { title: 'COMMAND', field: 'Command', only: 'wide', value: commandOf },
    { title: 'CREATED', field: 'RunningFor', only: 'wide', value: ({ created_at }) => ageText(created_at) },
    { title: 'ADDRESS', field: 'Address', only: 'wide', value: ({ engine }) => engine.addr },
    { title: 'LABELS', field: 'Labels', only: 'wide', value: (container) => labelsOf(container).join(',') },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'format', value: ({ created_at }) => created_at },
    {
      ...{ title: 'MOUNTS', field: 'Mounts', only: 'format' },
      value: (container) =>
        mountsOf(container)
          .flatMap(([source]) => source || [])
          .join(','),
    },
    { title: 'NETWORKS', field: 'Networks', only: 'format', value: (container) => networksOf(container).join(',') },
  ],
  nameOf: ({ name }) => bareName(name),
  quiet: { what: 'ids', of: ({ id }) => id, areIds: true },
  maps: { Label: ({ image }) => image.container_labels ?? {} },
  filters: containerFilters,
};

function commandOf({ image: { entrypoint = [], args = [] } }: ListedContainer): string {
  return [...entrypoint, ...args].join(' ');
}
