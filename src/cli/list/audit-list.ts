import { type AuditEntry, auditResults, type DrainReceipt, type SessionEnd } from '../../model/audit.ts';
import { ageText } from '../age.ts';
import { contains, equals, type List } from './list.ts';

export const auditList: List<AuditEntry> = {
  columns: [
    { title: 'WHEN', field: 'When', value: ({ at }) => ageText(at) },
    { title: 'WHO', field: 'Who', value: ({ who }) => who ?? '-' },
    { title: 'FROM', field: 'From', value: ({ from }) => from },
    { title: 'DID', field: 'Did', value: ({ verb, noun }) => (verb === null ? '-' : `${verb} ${noun}`) },
    { title: 'TARGET', field: 'Target', value: ({ target }) => target ?? '-' },
    { title: 'RESULT', field: 'Result', kind: 'state', value: ({ result }) => result },
    { title: 'CODE', field: 'Code', isOptional: true, value: ({ code }) => code ?? '' },
    { title: 'AT', field: 'At', only: 'wide', value: ({ at }) => at },
    { title: 'ROLE', field: 'Role', only: 'wide', value: ({ role }) => role ?? '-' },
    { title: 'REQUEST', field: 'Request', only: 'wide', value: ({ request }) => request },
    { title: 'PATH', field: 'Path', only: 'wide', value: ({ method, path }) => `${method} ${path}` },
    {
      title: 'SESSION',
      field: 'Session',
      only: 'wide',
      isOptional: true,
      value: ({ session }) => sessionText(session),
    },
    { title: 'RECEIPT', field: 'Receipt', kind: 'detail', only: 'wide', value: ({ receipt }) => receiptText(receipt) },
    {
      title: 'RECORDING',
      field: 'Recording',
      only: 'wide',
      isOptional: true,
      value: ({ recording }) => recording?.id ?? '',
    },
  ],
  nameOf: ({ request }) => request,
  quiet: { what: 'ids of the requests', of: ({ request }) => request },
  filters: {
    who: equals(({ who }) => who ?? '-'),
    from: equals(({ from }) => from),
    target: contains(({ target }) => target ?? '-'),
    result: equals(({ result }) => result, auditResults),
  },
};

function sessionText(session: SessionEnd | undefined): string {
  if (!session) return '';
  if ('exit_code' in session) return `exit ${session.exit_code}`;
  return 'detached' in session ? 'detached' : `cut: ${session.cut}`;
}

function receiptText({ drained, stopped, ready }: Partial<DrainReceipt> = {}): string {
  if (drained === undefined) return '';
  if (!stopped) return `engine ${drained} is drained`;
  const who = ready ? `${ready.container.slice(0, 12)} on ${ready.engine} ready since ${ready.since}` : 'nobody ready';
  return `${stopped.container.slice(0, 12)} on ${drained} stopped, ${who}`;
}
