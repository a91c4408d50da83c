import type { VolumeRow } from '../../api/volume.ts';
import { ageText } from '../age.ts';
import { contains, equals, type List, labelled } from './list.ts';

export const volumeList: List<VolumeRow> = {
  columns: [
    { title: 'ENGINE', field: 'Engine', value: ({ engine }) => engine },
    { title: 'DRIVER', field: 'Driver', value: ({ driver }) => driver },
    { title: 'VOLUME', field: 'Name', value: ({ name }) => name },
    {
      title: 'STATE',
      field: 'State',
      value: ({ copying_from }) => (copying_from === undefined ? 'ok' : `copying from ${copying_from}`),
    },
    { title: 'CREATED', field: 'Created', only: 'wide', value: ({ created_at }) => ageText(created_at) },
    { title: 'MOUNTPOINT', field: 'Mountpoint', only: 'wide', value: ({ mountpoint }) => mountpoint },
    {
      title: 'LABELS',
      field: 'Labels',
      kind: 'detail',
      only: 'wide',
      value: ({ labels }) => pairsOf(labels).join(','),
    },
    { title: 'SCOPE', field: 'Scope', only: 'format', value: ({ scope }) => scope },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: {
    name: contains(({ name }) => name),
    driver: equals(({ driver }) => driver),
    label: labelled(({ labels }) => pairsOf(labels)),
    engine: equals(({ engine }) => engine),
  },
  maps: { Label: ({ labels }) => labels },
};

export function pairsOf(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([name, value]) => (value === '' ? name : `${name}=${value}`));
}
