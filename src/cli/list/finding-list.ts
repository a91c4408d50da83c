import { type Finding, findingStatuses } from '../../model/finding.ts';
import { contains, equals, type List } from './list.ts';

export const findingList: List<Finding> = {
  columns: [
    { title: 'STATUS', field: 'Status', kind: 'state', value: ({ status }) => status },
    { title: 'CHECK', field: 'Check', value: ({ check }) => check },
    { title: 'SUBJECT', field: 'Subject', value: ({ subject }) => subject },
    { title: 'FINDING', field: 'Finding', kind: 'words', value: findingOf },
    { title: 'MESSAGE', field: 'Message', only: 'format', value: ({ message }) => message },
    { title: 'REMEDY', field: 'Remedy', only: 'format', value: ({ remedy = '' }) => remedy },
  ],
  nameOf: ({ check, subject }) => `${check}/${subject}`,
  quiet: { what: 'checks', of: ({ check, subject }) => `${check}/${subject}` },
  filters: {
    status: equals(({ status }) => status, findingStatuses),
    check: { matches: ({ check }, value) => check === value || check.startsWith(`${value}.`) },
    subject: contains(({ subject }) => subject),
  },
};

function findingOf({ message, remedy }: Finding): string {
  return remedy === undefined ? message : `${message.replace(/\.$/, '')}. To do: ${remedy}`;
}
