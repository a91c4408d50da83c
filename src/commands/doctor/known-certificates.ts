import type { CertificateFacts } from '../../model/certificate.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * `authority`: `ca-cert`; `client`: `ssl-cert`; `api`: the server's own API; `engine`: as last presented by the engine; `domain`: given for
 * a domain.
 */
export interface KnownCertificate {
  readonly kind: 'authority' | 'client' | 'api' | 'engine' | 'domain';
  readonly facts: CertificateFacts;
}

/** All certificates that this server presents, trusts, was given or has seen. */
export function knownCertificates(
  { pool, cache }: Pick<Cluster, 'pool' | 'cache'>,
  apiPem: string | undefined,
): KnownCertificate[] {
  return [
    ...pool
      .certificates()
      .map((facts): KnownCertificate => ({ kind: facts.name === 'ca-cert' ? 'authority' : 'client', facts })),
    ...(apiPem === undefined ? [] : [{ kind: 'api' as const, facts: pool.identify('tls.cert', apiPem) }]),
    ...pool.engineCertificates().map((facts): KnownCertificate => ({ kind: 'engine', facts })),
    ...cache.domains.all().flatMap(({ id: name, value: { certificate } }): KnownCertificate[] => {
      if (!certificate) return [];
      const { notAfter, fingerprint } = certificate;
      return [{ kind: 'domain', facts: { name, notAfter, fingerprint } }];
    }),
  ];
}
