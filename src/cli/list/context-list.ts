import type { Context } from '../../config/contexts.ts';
import { contains, type List } from './list.ts';

export const contextList: List<Context> = {
  columns: [
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'CURRENT', field: 'Current', value: ({ current }) => (current ? '*' : '') },
    { title: 'SERVER', field: 'Host', value: ({ host }) => host },
    {
      title: 'DESCRIPTION',
      field: 'Description',
      kind: 'words',
      isOptional: true,
      value: ({ description }) => description,
    },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: { name: contains(({ name }) => name), host: contains(({ host }) => host) },
};
