import type { Finding } from '../model/finding.ts';
import type { ServerCertificates, ServerHeartbeat } from '../model/server-heartbeat.ts';
import type { Cluster } from '../state/cluster.ts';

interface Heartbeat {
  readonly id: string;
  readonly value: ServerHeartbeat;
}

/** The certificates that a server publishes. `apiPem`: the certificate of its API. */
export function serverCertificates(
  pool: Pick<Cluster['pool'], 'certificates' | 'identify'>,
  apiPem: string | undefined,
): ServerCertificates {
  const own = pool.certificates();
  const client = own.find(({ name }) => name === 'ssl-cert');
  return {
    trusts: own.filter(({ name }) => name === 'ca-cert').map(({ fingerprint }) => fingerprint),
    ...(client && { client }),
    ...(apiPem !== undefined && { api: pool.identify('tls.cert', apiPem) }),
  };
}

/**
 * A finding for each server that does not trust an authority that another server trusts: it will lose access to
 * engines.
 */
export function unequalTrust(signs: readonly Heartbeat[]): Finding[] {
  const published = signs.flatMap(({ id, value: { host, certificates } }) =>
    certificates && certificates.trusts.length > 0 ? [{ id, host, trusts: certificates.trusts }] : [],
  );
  const all = [...new Set(published.flatMap(({ trusts }) => trusts))];
  return published.flatMap(({ id, host, trusts }) => {
    const missing = all.filter((each) => !trusts.includes(each)).map((each) => each.slice(0, 16));
    if (missing.length === 0) return [];
    return {
      ...{ check: 'server.authorities', subject: id, status: 'warning' },
      message: `server ${nameOf({ id, host })} does not trust the authority ${missing.join(', ')}, which another server trusts`,
      remedy: 'copy ca.pem of the authority to the file of its "ca-cert": it is read within 10 seconds',
    };
  });
}

function nameOf({ id, host }: { readonly id: string; readonly host: string | undefined }): string {
  return host === undefined ? id : `${id} on ${host}`;
}
