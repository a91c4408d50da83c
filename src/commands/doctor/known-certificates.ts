import type { CertificateFacts } from '../../model/certificate.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * `authority`: `ca-cert`; `client`: `ssl-cert`; `api`: the server's own API; `engine`: as last presented by the engine.
 */
export interface KnownCertificate {
  readonly kind: 'authority' | 'client' | 'api' | 'engine';
  readonly facts: CertificateFacts;
}

/** All certificates that this server presents, trusts or has seen. */
export function knownCertificates({ pool }: Pick<Cluster, 'pool'>, apiPem: string | undefined): KnownCertificate[] {
  return [
    ...pool
      .certificates()
      .map((facts): KnownCertificate => ({ kind: facts.name === 'ca-cert' ? 'authority' : 'client', facts })),
    ...(apiPem === undefined ? [] : [{ kind: 'api' as const, facts: pool.identify('tls.cert', apiPem) }]),
    ...pool.engineCertificates().map((facts): KnownCertificate => ({ kind: 'engine', facts })),
  ];
}
