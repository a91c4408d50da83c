import type { RegistryRow } from '../../api/registry.ts';
import { ageText } from '../age.ts';
import { contains, type List } from './list.ts';

export const registryList: List<RegistryRow> = {
  columns: [
    { title: 'SERVER', field: 'Server', value: ({ server }) => server },
    { title: 'USERNAME', field: 'Username', value: ({ username }) => username },
    { title: 'SAVED', field: 'SavedSince', value: ({ saved_at }) => ageText(saved_at) },
    { title: 'SAVED AT', field: 'SavedAt', only: 'wide', value: ({ saved_at }) => saved_at },
  ],
  nameOf: ({ server }) => server,
  quiet: { what: 'servers', of: ({ server }) => server },
  filters: { server: contains(({ server }) => server), username: contains(({ username }) => username) },
};
