import type { Secret } from '../../api/secret.ts';
import { ageText } from '../age.ts';
import { contains, equals, type List } from './list.ts';

export const secretList: List<Secret> = {
  columns: [
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'VERSION', field: 'Version', value: ({ version }) => String(version) },
    { title: 'PROJECT', field: 'Project', only: 'wide', value: ({ project }) => project },
    { title: 'CREATED', field: 'CreatedSince', value: ({ created_at }) => ageText(created_at) },
    { title: 'UPDATED', field: 'UpdatedSince', value: ({ updated_at }) => ageText(updated_at) },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'wide', value: ({ created_at }) => created_at },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: { name: contains(({ name }) => name), project: equals(({ project }) => project) },
};
