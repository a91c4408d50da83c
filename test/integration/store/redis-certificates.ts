import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface RedisCertificates {
  readonly ca: string;
  /** Settings of a Redis that speaks TLS at this port. Its certificate is for `redis.test` and for nothing else. */
  server(port: number, clients?: 'yes' | 'no'): string[];
  /** Of a client that it takes. */
  readonly client: { readonly cert: string; readonly key: string };
  readonly paths: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** A CA of its own in the folder, with a certificate for Redis and one for a client. */
export function makeCertificates(dir: string): RedisCertificates {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test ca', '-days', '2');
  writeFileSync(join(dir, 'server.ext'), 'subjectAltName=DNS:redis.test\n');
  writeFileSync(join(dir, 'client.ext'), 'extendedKeyUsage=clientAuth\n');
  for (const name of ['server', 'client']) {
    openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const issuer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...issuer, '-extfile', `${name}.ext`, '-out', `${name}.pem`);
  }
  const path = (name: string) => join(dir, name);
  const read = (name: string) => readFileSync(path(name), 'utf8');
  return {
    ca: read('ca.pem'),
    server: (port, clients = 'yes') => [
      ...['--tls-port', String(port), '--bind', '127.0.0.1', '--tls-auth-clients', clients],
      ...['--tls-cert-file', path('server.pem'), '--tls-key-file', path('server.key')],
      ...['--tls-ca-cert-file', path('ca.pem')],
    ],
    client: { cert: read('client.pem'), key: read('client.key') },
    paths: { ca: path('ca.pem'), cert: path('client.pem'), key: path('client.key') },
  };
}
