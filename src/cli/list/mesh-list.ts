import type { MeshMember } from '../../api/mesh.ts';
import { equals, type List } from './list.ts';

export const meshList: List<MeshMember> = {
  columns: [
    { title: 'ENGINE', field: 'Engine', value: ({ engine }) => engine },
    { title: 'ROLE', field: 'Role', value: ({ role }) => role ?? '-' },
    { title: 'STATE', field: 'State', kind: 'state', value: ({ state }) => state },
    { title: 'PROBLEM', field: 'Problem', kind: 'detail', isOptional: true, value: ({ problem }) => problem ?? '' },
  ],
  nameOf: ({ engine }) => engine,
  quiet: { what: 'ids of the engines', of: ({ engine }) => engine },
  filters: {
    role: equals(({ role }) => role ?? '-'),
    state: equals(({ state }) => state),
  },
};
