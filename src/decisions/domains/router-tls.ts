import { isWildcardDomain } from '../../model/domain.ts';
import type { NamedDomain, RouterSettings } from './routed-domain.ts';

/**
 * The first policy that names a domain applies, so exact domains come before wildcards. All of them are in the list of names to
 * manage: Caddy 2.10 and later would otherwise get no certificate for a domain that a wildcard covers, and would use the
 * wildcard's issuer.
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
  const automate = namesOf(secure, ({ tls }) => tls !== 'given');
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
 * Selects the certificate for each name. Caddy would take the first certificate that covers a name, and a given certificate may
 * cover more names than its domain. A name without its certificate gets none. `secure`: exact names come first.
 */
export function connectionPolicies(secure: readonly NamedDomain[]): readonly object[] {
  if (!secure.some(({ tls }) => tls === 'given')) return [{}];
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
  // No wildcard covers another one: each matches a fixed number of labels.
  return [
    ...policiesOf(secure.filter(({ name }) => !isWildcardDomain(name))),
    ...policiesOf(secure.filter(({ name }) => isWildcardDomain(name))),
    {},
  ];
}

/** A tag without a certificate. */
const noCertificate = 'none';

function digestsOf(domains: readonly NamedDomain[]): string[] {
  return [...new Set(domains.flatMap(({ digest }) => digest ?? []))];
}

function namesOf(domains: readonly NamedDomain[], isOne: (domain: NamedDomain) => boolean): string[] {
  return domains.filter(isOne).map(({ name }) => name);
}
