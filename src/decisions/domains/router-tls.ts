import { isWildcardDomain } from '../../model/domain.ts';
import type { NamedDomain, RouterSettings } from './routed-domain.ts';

/**
 * The first policy that names a domain counts. So each domain of its own is named before any wildcard, and is in the list besides: from
 * Caddy 2.10 on one that a wildcard covers has no certificate otherwise, and would be served by the wildcard's authority.
 */
export function certificates(secure: readonly NamedDomain[], { email, pemOf }: RouterSettings): object {
  const automatic = { module: 'acme', ...(email !== undefined && { email }) };
  const policyOf = (tls: 'automatic' | 'internal', isWildcard: boolean) => {
    const subjects = namesOf(secure, (each) => each.tls === tls && isWildcardDomain(each.name) === isWildcard);
    return subjects.length === 0
      ? []
      : [{ subjects, issuers: [tls === 'internal' ? { module: 'internal' } : automatic] }];
  };
  const policies = [policyOf('internal', false), policyOf('automatic', false), policyOf('internal', true)];
  const automate = namesOf(secure, ({ name, tls }) => tls !== 'given' && !isWildcardDomain(name));
  const load_pem = digestsOf(secure).flatMap((digest) => {
    const pem = pemOf?.(digest);
    return pem ? [{ ...pem, tags: [digest] }] : [];
  });
  return {
    ...((automate.length > 0 || load_pem.length > 0) && {
      certificates: { ...(automate.length > 0 && { automate }), ...(load_pem.length > 0 && { load_pem }) },
    }),
    automation: { policies: [...policies.flat(), { issuers: [automatic] }] },
  };
}

/**
 * Which certificate is shown for which name: Caddy takes the first one that is of a name, and one that was given may be of more names than
 * those that it was given for. A name whose certificate is not there is answered with none. `secure`: names of their own come first.
 */
export function connectionPolicies(secure: readonly NamedDomain[]): object {
  const given = secure.filter(({ tls }) => tls === 'given');
  if (given.length === 0) return { automatic_https: { disable_redirects: true } };
  const bySni = (sni: readonly string[], digest?: string) => ({
    match: { sni },
    ...(digest !== undefined && { certificate_selection: { any_tag: [digest] } }),
  });
  const policiesOf = (domains: readonly NamedDomain[]) => {
    const others = domains.filter(({ tls }) => tls !== 'given').map(({ name }) => name);
    const own = [...new Set(domains.flatMap(({ tls, digest }) => (tls === 'given' ? [digest ?? noCertificate] : [])))];
    const shown = own.map((digest) =>
      bySni(
        namesOf(domains, (each) => each.tls === 'given' && (each.digest ?? noCertificate) === digest),
        digest,
      ),
    );
    return [...shown, ...(others.length > 0 ? [bySni(others)] : [])];
  };
  return {
    automatic_https: {
      ...{ disable_redirects: true, skip_certificates: given.map(({ name }) => name) },
      ignore_loaded_certificates: true,
    },
    // Of two wildcards none covers the other one: each is of names with so many labels.
    tls_connection_policies: [
      ...policiesOf(secure.filter(({ name }) => !isWildcardDomain(name))),
      ...policiesOf(secure.filter(({ name }) => isWildcardDomain(name))),
      {},
    ],
  };
}

/** A tag that no certificate has. */
const noCertificate = 'none';

function digestsOf(domains: readonly NamedDomain[]): string[] {
  return [...new Set(domains.flatMap(({ digest }) => digest ?? []))];
}

function namesOf(domains: readonly NamedDomain[], isOne: (domain: NamedDomain) => boolean): string[] {
  return domains.filter(isOne).map(({ name }) => name);
}
