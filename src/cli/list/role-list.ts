import type { Role } from '../../api/account.ts';
import { scopeText } from '../scope-options.ts';
import { contains, type List } from './list.ts';

export const roleList: List<Role> = {
  columns: [
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'BUILT IN', field: 'BuiltIn', value: ({ built_in }) => (built_in ? 'yes' : 'no') },
    { title: 'MAY', field: 'Rules', kind: 'words', value: rulesOf },
    { title: 'POLICY', field: 'Policy', value: ({ policy }) => policy ?? '' },
    { title: 'NARROWED TO', field: 'Scope', isOptional: true, kind: 'words', value: scopeText },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'wide', value: ({ created_at }) => created_at ?? '' },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: { name: contains(({ name }) => name) },
};

/** In the syntax of `--allow`. */
function rulesOf({ rules }: Role): string {
  return rules.map(({ verbs, nouns }) => `${verbs.join(',')}:${nouns.join(',')}`).join(' ');
}
