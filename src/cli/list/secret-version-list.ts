import type { InspectedSecret } from '../../api/secret.ts';
import { ageText } from '../age.ts';
import { contains, type List } from './list.ts';

export const secretVersionList: List<InspectedSecret['versions'][number]> = {
  columns: [
    { title: 'VERSION', field: 'Version', value: ({ version }) => String(version) },
    { title: 'CREATED', field: 'CreatedSince', value: ({ created_at }) => ageText(created_at) },
    { title: 'BY', field: 'CreatedBy', value: ({ created_by }) => created_by },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'wide', value: ({ created_at }) => created_at },
  ],
  nameOf: ({ version }) => String(version),
  quiet: { what: 'numbers', of: ({ version }) => String(version) },
  filters: { by: contains(({ created_by }) => created_by) },
};
