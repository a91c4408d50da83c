import type { Project } from '../../api/project.ts';
import { ageText } from '../age.ts';
import { contains, type List } from './list.ts';

export const projectList: List<Project> = {
  columns: [
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'CPUS', field: 'CPUs', value: ({ used, quota }) => usedOf(used.cpus, quota.cpus) },
    { title: 'MEMORY', field: 'Memory', value: ({ used, quota }) => usedOf(used.memory, quota.memory, ' MB') },
    { title: 'CONTAINERS', field: 'Containers', value: ({ used, quota }) => usedOf(used.containers, quota.containers) },
    { title: 'GPUS', field: 'GPUs', only: 'wide', value: ({ used, quota }) => usedOf(used.gpus, quota.gpus) },
    { title: 'DESCRIPTION', field: 'Description', kind: 'words', value: ({ description }) => description ?? '' },
    {
      ...{ title: 'UPDATED', field: 'UpdatedSince', only: 'wide' },
      value: ({ updated_at }) => (updated_at === null ? '' : ageText(updated_at)),
    },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'wide', value: ({ created_at }) => created_at ?? '' },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: { name: contains(({ name }) => name) },
};

/** Without a limit, only the usage. */
function usedOf(used: number, limit: number | null, unit = ''): string {
  return limit === null ? `${used}${unit}` : `${used} of ${limit}${unit}`;
}
