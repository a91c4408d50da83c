import type { NetworkRow } from '../../api/volume.ts';
import { isPredefinedNetwork } from '../../model/network.ts';
import { ageText } from '../age.ts';
import { contains, equals, type List, labelled } from './list.ts';
import { pairsOf } from './volume-list.ts';

export const networkList: List<NetworkRow> = {
  columns: [
    { title: 'ID', field: 'ID', kind: 'id', value: ({ id }) => id },
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'ENGINE', field: 'Engine', value: ({ engine }) => engine },
    { title: 'DRIVER', field: 'Driver', value: ({ driver }) => driver },
    { title: 'SCOPE', field: 'Scope', value: ({ scope }) => scope },
    { title: 'SUBNETS', field: 'Subnets', value: ({ subnets }) => subnets.map(({ subnet }) => subnet).join(',') },
    { title: 'INTERNAL', field: 'Internal', only: 'wide', value: ({ internal }) => String(internal) },
    { title: 'CREATED', field: 'Created', only: 'wide', value: ({ created_at }) => ageText(created_at) },
    {
      title: 'LABELS',
      field: 'Labels',
      kind: 'detail',
      only: 'wide',
      value: ({ labels }) => pairsOf(labels).join(','),
    },
    { title: 'IPV6', field: 'IPv6', only: 'format', value: ({ ipv6 }) => String(ipv6) },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'ids', of: ({ id }) => id, areIds: true },
  filters: {
    name: contains(({ name }) => name),
    id: { matches: ({ id }, value) => id.startsWith(value) },
    type: equals(({ name }) => (isPredefinedNetwork(name) ? 'builtin' : 'custom'), ['builtin', 'custom']),
    driver: equals(({ driver }) => driver),
    scope: equals(({ scope }) => scope),
    label: labelled(({ labels }) => pairsOf(labels)),
    engine: equals(({ engine }) => engine),
  },
  maps: { Label: ({ labels }) => labels },
};
