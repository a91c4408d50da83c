import type { RouterMember } from '../../api/router.ts';
import { equals, type List } from './list.ts';

export const routerList: List<RouterMember> = {
  columns: [
    { title: 'ENGINE', field: 'Engine', value: ({ engine }) => engine },
    { title: 'CONTAINER', field: 'Container', kind: 'id', value: ({ container }) => container ?? '-' },
    { title: 'STATE', field: 'State', kind: 'state', value: ({ state }) => state },
    { title: 'VERSION', field: 'Version', value: ({ version }) => version ?? '-' },
    { title: 'PROBLEM', field: 'Problem', kind: 'detail', isOptional: true, value: problemOf },
  ],
  nameOf: ({ engine }) => engine,
  quiet: { what: 'ids of the engines', of: ({ engine }) => engine },
  filters: {
    engine: equals(({ engine }) => engine),
    state: equals(({ state }) => state, ['ready', 'loading', 'failed', 'waiting']),
  },
};

function problemOf({ problem, refused = [] }: RouterMember): string {
  return [
    ...(problem === undefined ? [] : [problem]),
    ...refused.map((each) => `${each.domain}: ${each.problem}`),
  ].join('; ');
}
