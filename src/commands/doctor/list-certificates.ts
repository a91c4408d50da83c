import type { CertificatesView, CertificateView } from '../../api/certificate.ts';
import type { CertificateFacts } from '../../model/certificate.ts';
import type { Cluster } from '../../state/cluster.ts';

/**
 * The certificates that each server presents and trusts, by its last heartbeat, and those that engines presented to
 * this server.
 */
export function listCertificates({ cache, pool }: Pick<Cluster, 'cache' | 'pool'>): CertificatesView {
  const servers = cache.servers.all().map(({ id, value: { host, certificates } }) => ({
    ...{ id, host: host ?? null, trusts: certificates?.trusts ?? null },
    client: certificates?.client ? viewOf(certificates.client) : null,
    api: certificates?.api ? viewOf(certificates.api) : null,
  }));
  const engines = pool.engineCertificates().map((facts) => ({ id: facts.name, ...viewOf(facts) }));
  return { servers, engines: engines.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

function viewOf({ fingerprint, authority, notAfter }: CertificateFacts): CertificateView {
  return { fingerprint, authority: authority ?? null, not_after: notAfter };
}
