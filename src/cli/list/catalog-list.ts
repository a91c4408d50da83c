import type { CatalogEntry } from '../../api/catalog.ts';
import { ageText } from '../age.ts';
import { contains, equals, type List } from './list.ts';

export const catalogList: List<CatalogEntry> = {
  columns: [
    { title: 'REPLICA', field: 'Name', value: replicaOf },
    { title: 'ADDRESS', field: 'Address', value: addressOf },
    { title: 'PORT', field: 'Port', value: ({ container_port, proto }) => `${container_port}/${proto}` },
    { title: 'ENGINE', field: 'Engine', value: ({ engine }) => engine },
    { title: 'CONTAINER', field: 'ID', kind: 'id', value: ({ container }) => container },
    { title: 'SERVICE', field: 'Service', only: 'wide', value: ({ service }) => service },
    { title: 'UNREACHABLE', field: 'Unreachable', only: 'wide', value: (entry) => ageText(entry.unreachable_since) },
  ],
  nameOf: replicaOf,
  quiet: { what: 'addresses', of: addressOf },
  filters: {
    name: contains(replicaOf),
    service: equals(({ service }) => service),
    engine: equals(({ engine }) => engine),
    port: {
      matches: ({ container_port, proto }, value) =>
        [`${container_port}`, `${container_port}/${proto}`].includes(value),
    },
    proto: equals(({ proto }) => proto, ['tcp', 'udp', 'sctp']),
  },
};

function replicaOf({ service, slot }: CatalogEntry): string {
  return `${service}.${slot}`;
}

function addressOf({ host, port }: CatalogEntry): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
