import type { Domain, DomainRule } from '../../api/domain.ts';
import { contains, equals, type List } from './list.ts';

/** One of the rules of a domain. */
interface DomainRow extends Omit<Domain, 'rules' | 'redirects'>, Partial<DomainRule> {
  readonly path: string;
  /** The target of a redirect. */
  readonly to?: string;
}

export function domainRows(domains: readonly Domain[]): DomainRow[] {
  return domains.flatMap(({ rules, redirects = [], ...domain }): DomainRow[] => [
    ...rules.map((rule) => ({ ...domain, ...rule })),
    ...redirects.map(({ path, to }) => ({ ...domain, path, to })),
  ]);
}

export const domainList: List<DomainRow> = {
  columns: [
    { title: 'DOMAIN', field: 'Name', value: ({ name }) => name },
    { title: 'PATH', field: 'Path', value: ({ path }) => path },
    { title: 'SERVICE', field: 'Service', value: ({ service, port, to }) => to ?? `${service}:${port}` },
    { title: 'READY', field: 'Ready', value: ({ ready }) => String(ready ?? '-') },
    { title: 'TLS', field: 'Tls', value: ({ tls }) => tls },
    {
      ...{ title: 'CERT EXPIRES', field: 'CertExpires', isOptional: true },
      value: ({ certificate }) => certificate?.expires_at ?? '',
    },
    { title: 'PROJECT', field: 'Project', value: ({ project }) => project },
    { title: 'DEPLOYMENT', field: 'Deployment', only: 'wide', value: ({ deployment }) => deployment ?? '-' },
    { title: 'PROBLEM', field: 'Problem', kind: 'detail', isOptional: true, value: ({ problem }) => problem ?? '' },
    { title: 'CREATED AT', field: 'CreatedAt', only: 'wide', value: ({ created_at }) => created_at },
  ],
  nameOf: ({ name }) => name,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: {
    name: contains(({ name }) => name),
    service: equals(({ service }) => service ?? ''),
    project: equals(({ project }) => project),
  },
};
