import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { type ConnectionOptions, connect, createServer } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { type CertificateFiles, createAuthority } from '../../src/ca/authority.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const read = ({ ca, cert, key }: CertificateFiles) => ({
  ca: readFileSync(ca),
  cert: readFileSync(cert),
  key: readFileSync(key),
});

/** A server that answers `hello` to clients of its own authority, as a dockerd with tlsverify would. */
async function serve(t: ExecutionContext, files: CertificateFiles): Promise<number> {
  const options = { ...read(files), requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' } as const;
  const server = createServer(options, (socket) => {
    socket.on('error', () => undefined);
    socket.end('hello');
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function greet(port: number, options: ConnectionOptions): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port, ...options });
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    // In TLS 1.3 a refused client may see nothing but the end of the connection.
    if (chunks.length === 0) throw new Error('closed without an answer');
    return Buffer.concat(chunks).toString();
  } finally {
    socket.destroy();
  }
}

test('an engine and a client of one authority trust each other', async (t) => {
  const authority = await createAuthority(temporaryFolder(t));
  const engine = await authority.issueEngine('engine', ['127.0.0.1', '::1', 'engine.test']);
  const client = read(await authority.issueClient('client'));
  const port = await serve(t, engine);
  t.is(await greet(port, client), 'hello');
  t.is(await greet(port, { ...client, servername: 'engine.test' }), 'hello');
  t.is(await greet(port, { ...client, maxVersion: 'TLSv1.2' }), 'hello');
  await t.throwsAsync(greet(port, { ...client, servername: 'other.test' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('a client of another authority, of no authority, expired or with an engine certificate is refused', async (t) => {
  const ours = await createAuthority(temporaryFolder(t));
  const theirs = await createAuthority(temporaryFolder(t));
  const engine = await ours.issueEngine('engine', ['127.0.0.1']);
  const { ca } = read(engine);
  const port = await serve(t, engine);
  const strangers = {
    'of another authority': { ...read(await theirs.issueClient('client')), ca },
    'without a certificate': { ca },
    expired: read(await ours.issueClient('old', { days: -1 })),
    'with an engine certificate': read(engine),
  };
  for (const [who, options] of Object.entries(strangers)) {
    await t.throwsAsync(greet(port, options), undefined, who);
  }
  t.is(await greet(port, read(await ours.issueClient('client'))), 'hello');
});

test('an engine of another authority, of another address, expired or with a client certificate is refused', async (t) => {
  const ours = await createAuthority(temporaryFolder(t));
  const theirs = await createAuthority(temporaryFolder(t));
  const client = read(await ours.issueClient('client'));
  const refused = async (files: CertificateFiles, code: string) =>
    t.throwsAsync(greet(await serve(t, files), client), { code });
  await refused(await theirs.issueEngine('engine', ['127.0.0.1']), 'SELF_SIGNED_CERT_IN_CHAIN');
  await refused(await ours.issueEngine('far', ['10.0.0.5']), 'ERR_TLS_CERT_ALTNAME_INVALID');
  await refused(await ours.issueEngine('old', ['127.0.0.1'], { days: -1 }), 'CERT_HAS_EXPIRED');
  await refused(await ours.issueClient('server'), 'INVALID_PURPOSE');
});
