import type { IssuedCertificate } from '../../ca/authority.ts';
import { ageText } from '../age.ts';
import { contains, equals, type List } from './list.ts';

export const certificateList: List<IssuedCertificate> = {
  columns: [
    { title: 'KIND', field: 'Kind', value: ({ kind }) => kind },
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'HOSTS', field: 'Hosts', kind: 'detail', value: ({ hosts }) => hosts.join(',') },
    { title: 'EXPIRES', field: 'Expires', value: ({ notAfter }) => ageText(notAfter) },
    { title: 'EXPIRES AT', field: 'ExpiresAt', only: 'wide', value: ({ notAfter }) => notAfter },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: {
    name: contains(({ name }) => name),
    kind: equals(({ kind }) => kind),
    host: { matches: ({ hosts }, value) => hosts.includes(value) },
  },
};
