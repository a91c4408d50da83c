import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Authority, type CertificateFiles, createAuthority } from '../../src/ca/authority.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type SatsumaServer, startSatsuma } from './satsuma-server.ts';

interface Machine {
  readonly server: SatsumaServer;
  readonly ours: Authority;
  readonly theirs: Authority;
}

/** A server with a CA of its own, and another CA. */
async function startMachine(t: ExecutionContext): Promise<Machine> {
  const dir = temporaryFolder(t);
  const [ours, theirs] = await Promise.all(['ours', 'theirs'].map((name) => createAuthority(join(dir, name))));
  if (!ours || !theirs) throw new Error('two authorities');
  const client = await ours.issueClient('satsuma');
  const server = await startSatsuma({ client }, dir, { deadlines: { connect: 1, list: 1 } });
  t.teardown(() => server.end());
  return { server, ours, theirs };
}

/** What is at the address: its port on this machine. */
type Impostor = (t: ExecutionContext, machine: Machine) => Promise<number>;

const listening = async (t: ExecutionContext, server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
};

const withCertificate = (issue: (machine: Machine) => Promise<CertificateFiles>): Impostor => {
  return async (t, machine) => {
    const { ca, cert, key } = await issue(machine);
    const [caPem, certPem, keyPem] = await Promise.all([ca, cert, key].map((path) => readFile(path)));
    const tls = { ca: caPem, cert: certPem, key: keyPem, requestCert: true, rejectUnauthorized: true };
    return await listening(
      t,
      createHttps(tls, (_, response) => response.end('OK')),
    );
  };
};

const refused = test.macro({
  async exec(t, impostor: Impostor, status: number, code: string, says: RegExp) {
    const machine = await startMachine(t);
    const { server } = machine;
    const addr = `https://127.0.0.1:${await impostor(t, machine)}`;
    const answer = await server.call('POST', 'engine', { id: 'x', addr, labels: [] });
    t.like(answer, { status, code }, JSON.stringify(answer));
    t.regex(answer.data, says);
    t.deepEqual((await server.call('GET', 'engines')).data, [], 'nothing was registered');
    t.is((await server.call('GET', 'engine/x')).status, 404);
  },
  title: (fact = '') => fact,
});

const nobody: Impostor = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
const silent: Impostor = (t) => listening(t, createServer());
const plain: Impostor = (t) =>
  listening(
    t,
    createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nOK')),
  );
const byOtherCa = withCertificate(({ theirs }) => theirs.issueEngine('x', ['127.0.0.1']));
const byOtherName = withCertificate(({ ours }) => ours.issueEngine('x', ['10.9.9.9', 'elsewhere.test']));
const expired = withCertificate(({ ours }) => ours.issueEngine('x', ['127.0.0.1'], { days: -1 }));

test.serial('an address where nobody listens', refused, nobody, 502, 'engine_unreachable', /x/);
test.serial('an address where nobody answers', refused, silent, 502, 'engine_unreachable', /no connection within 1 s/);
test.serial('an address that does not speak TLS', refused, plain, 502, 'engine_certificate', /TLS/);
test.serial('a certificate of another CA', refused, byOtherCa, 502, 'engine_certificate', /CA|authority/);
test.serial('a certificate with the wrong host name', refused, byOtherName, 502, 'engine_certificate', /127\.0\.0\.1/);
test.serial('a certificate that expired', refused, expired, 502, 'engine_certificate', /expired/);

test.serial('skip-verify believes any certificate, and says so at the start and in the configuration', async (t) => {
  const dir = temporaryFolder(t);
  const [ours, theirs] = await Promise.all(['ours', 'theirs'].map((name) => createAuthority(join(dir, name))));
  if (!ours || !theirs) throw new Error('two authorities');
  const server = await startSatsuma({ client: await ours.issueClient('satsuma') }, dir, { 'skip-verify': true });
  t.teardown(() => server.end());
  const { data } = await server.call('GET', 'config');
  t.true(data['skip-verify']);
  t.regex(data.warnings[0], /skip-verify is on/);
  t.true((await server.log()).some(({ level, msg }) => level === 40 && String(msg).startsWith('skip-verify is on')));
  const port = await byOtherCa(t, { server, ours, theirs });
  const answer = await server.call('POST', 'engine', { id: 'x', addr: `https://127.0.0.1:${port}`, labels: [] });
  // It got as far as to talk to what is no Docker engine.
  t.not(answer.code, 'engine_certificate');
});
