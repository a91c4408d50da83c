import { ageText } from '../age.ts';
import type { Survey } from '../ca-survey.ts';
import { contains, equals, type List } from './list.ts';

/** A certificate or a server in `satsuma ca status`. */
interface AuthorityRow {
  readonly kind: 'ca' | 'engine' | 'client' | 'server';
  readonly name: string;
  /** The signer of the certificate in the folder; empty: not in the folder. */
  readonly authority: string;
  /** The signer of the presented certificate; empty: not known. */
  readonly shows: string;
  /** Of the presented certificate, otherwise of that in the folder; empty: not known. */
  readonly notAfter: string;
  /** The CAs whose clients an engine accepts, or that a server trusts. */
  readonly trusts: readonly string[];
  readonly error: string;
}

export const authorityList: List<AuthorityRow> = {
  columns: [
    { title: 'KIND', field: 'Kind', value: ({ kind }) => kind },
    { title: 'NAME', field: 'Name', value: ({ name }) => name },
    { title: 'IN FOLDER', field: 'Authority', value: ({ authority }) => authority },
    { title: 'SHOWS', field: 'Shows', value: ({ shows }) => shows },
    { title: 'TRUSTS', field: 'Trusts', kind: 'detail', value: ({ trusts }) => trusts.join(',') },
    { title: 'EXPIRES', field: 'Expires', value: ({ notAfter }) => (notAfter === '' ? '' : ageText(notAfter)) },
    { title: 'EXPIRES AT', field: 'ExpiresAt', only: 'wide', value: ({ notAfter }) => notAfter },
    { title: 'ERROR', field: 'Error', kind: 'words', isOptional: true, value: ({ error }) => error },
  ],
  nameOf: ({ kind, name }) => `${kind}/${name}`,
  quiet: { what: 'names', of: ({ name }) => name },
  filters: {
    name: contains(({ name }) => name),
    kind: equals(({ kind }) => kind, ['ca', 'engine', 'client', 'server']),
  },
};

export function authorityRows({ issued, tlsStates, authorities }: Survey): AuthorityRow[] {
  const inFolder = issued.filter(
    ({ kind, name }) => kind !== 'engine' || !tlsStates.engines.some(({ id }) => id === name),
  );
  return [
    ...inFolder.map(({ kind, name, authority, notAfter }): AuthorityRow => {
      const isTrusted = kind === 'ca' && authorities.includes(name);
      return {
        kind,
        name,
        authority: authority ?? '',
        shows: '',
        notAfter,
        trusts: isTrusted ? [name] : [],
        error: '',
      };
    }),
    ...tlsStates.engines.map(({ id, shows, notAfter, accepts, error, fingerprint }): AuthorityRow => {
      const file = issued.find(({ kind, name }) => kind === 'engine' && name === id);
      return {
        ...{ kind: 'engine', name: id, authority: file?.authority ?? '', trusts: accepts, error: error ?? '' },
        shows: shows ?? (fingerprint === null ? '' : 'another'),
        notAfter: notAfter ?? file?.notAfter ?? '',
      };
    }),
    ...tlsStates.servers.map(
      ({ name, trusts, client, api }): AuthorityRow => ({
        ...{ kind: 'server', name, authority: '', notAfter: '', trusts: trusts ?? [], error: '' },
        shows: [client, api && `${api} (API)`].filter((each) => each !== null && each !== '').join(', '),
      }),
    ),
  ];
}
