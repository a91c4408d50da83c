import type { Policy } from '../../api/policy.ts';
import { ageText } from '../age.ts';
import { contains, type List } from './list.ts';

export const policyList: List<Policy> = {
  columns: [
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'ALLOWS', field: 'Rules', kind: 'words', value: ({ rules }) => Object.keys(rules).join(' ') },
    { title: 'UPDATED', field: 'UpdatedSince', value: ({ updated_at }) => ageText(updated_at) },
    { title: 'UPDATED AT', field: 'UpdatedAt', only: 'wide', value: ({ updated_at }) => updated_at },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'wide', value: ({ created_at }) => created_at },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: { name: contains(({ name }) => name) },
};
