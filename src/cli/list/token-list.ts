import type { Token } from '../../api/account.ts';
import { ageText } from '../age.ts';
import { scopeText } from '../scope-options.ts';
import { contains, equals, type List } from './list.ts';

export const tokenList: List<Token> = {
  columns: [
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'STATE', field: 'State', kind: 'state', value: ({ state }) => state },
    { title: 'ROLE', field: 'Role', value: ({ role }) => role },
    { title: 'NARROWED TO', field: 'Scope', isOptional: true, kind: 'words', value: scopeText },
    { title: 'CREATED', field: 'CreatedSince', value: ({ created_at }) => ageText(created_at) },
    { title: 'ACCOUNT', field: 'Account', isOptional: true, value: ({ account }) => account ?? '' },
    { title: 'CREATED BY', field: 'CreatedBy', isOptional: true, value: ({ created_by }) => created_by },
    { title: 'EXPIRES AT', field: 'ExpiresAt', value: ({ expires_at }) => expires_at ?? 'never' },
    {
      title: 'SUBJECT',
      field: 'Subject',
      only: 'wide',
      isOptional: true,
      value: ({ subject }) => (subject ? `${subject.id} at ${subject.issuer}` : ''),
    },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'wide', value: ({ created_at }) => created_at },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: {
    name: contains(({ name }) => name),
    role: equals(({ role }) => role),
    state: equals(({ state }) => state, ['valid', 'expired']),
  },
};
