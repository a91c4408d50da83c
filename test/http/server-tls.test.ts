import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { WebSocket } from 'ws';
import type { Diagnosis } from '../../src/api/doctor.ts';
import { createAuthority } from '../../src/ca/authority.ts';
import { createAccount } from '../../src/commands/accounts/accounts.ts';
import { removeCredential } from '../../src/commands/accounts/remove-credential.ts';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { createServer } from '../../src/http/server.ts';
import { followTls, readTls, type TlsFiles } from '../../src/http/server-tls.ts';
import type { Finding } from '../../src/model/finding.ts';
import { startCluster } from '../fixtures/harness.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Keys take a while to make: one authority for all. */
const folder = mkdtempSync(join(tmpdir(), 'satsuma-tls-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const authority = await createAuthority(join(folder, 'ca'));
const first = await authority.issueEngine('one', ['127.0.0.1']);
const second = await authority.issueEngine('two', ['127.0.0.1'], { days: 20 });
const client = await authority.issueClient('ana');
const aWhileMs = 600_000;

async function open(t: ExecutionContext, more: Partial<TlsFiles> = {}) {
  const dir = temporaryFolder(t);
  const files = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') };
  const install = ({ cert, key }: typeof files) => {
    copyFileSync(key, files.key);
    copyFileSync(cert, files.cert);
  };
  install(first);
  const cluster = await startCluster(t, { engines: 1 });
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], cluster, gate: 'token' as const, configuration: {} };
  const tls = await readTls({ ...files, ...more });
  let served = tls;
  const server = await createServer({ ...options, tls, certificate: () => served.cert });
  const follow = () => {
    const onChange = (changed: typeof tls) => {
      served = changed;
    };
    t.teardown(followTls(server.listener, { ...files, ...more }, { used: tls, logger: cluster.logger, onChange }));
  };
  await server.start();
  t.teardown(() => server.stop({ timeout: 0 }));
  const { token } = await createToken(cluster, { name: 'root', role: 'admin' }, { name: 'test', role: 'admin' });
  const ca = readFileSync(first.ca);
  const headers = { authorization: `Bearer ${token}` };
  /** The status, and whose certificate it was. */
  const ask = (path = '/apiv1/engines', more = {}) =>
    new Promise<{ status: number | undefined; name: string; version: string | null }>((resolve, reject) => {
      const sent = request(`${server.info.uri}${path}`, { ca, headers, agent: false, ...more }, (response) => {
        const socket = response.socket as TLSSocket;
        const { subject } = socket.getPeerCertificate();
        resolve({ status: response.statusCode, name: String(subject.CN), version: socket.getProtocol() });
        response.resume();
      });
      sent.on('error', reject).end();
    });
  /** What the doctor says of the certificate of the API. */
  const examined = async (): Promise<Finding | undefined> => {
    const { result } = await server.inject({ url: '/apiv1/doctor', headers: { host: '127.0.0.1', ...headers } });
    const { findings } = (result as { readonly data: Diagnosis }).data;
    return findings.find(({ check, subject }) => check === 'certificate' && subject === 'tls.cert');
  };
  return { ask, install, files, follow, examined, server, cluster, ca, headers };
}

test('the API is served over TLS 1.2 or newer, WebSockets too', async (t) => {
  const { ask, server, ca, headers, cluster } = await open(t);
  t.like(await ask(), { status: 200, name: 'one', version: 'TLSv1.3' });
  t.like(await ask('/apiv1/engines', { maxVersion: 'TLSv1.2' }), { status: 200, version: 'TLSv1.2' });
  await t.throwsAsync(ask('/apiv1/engines', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' }));
  await t.throwsAsync(ask('/apiv1/engines', { ca: undefined }), { message: /certificate/ });
  // Whoever offers another protocol is answered as if nothing was offered.
  const offer = {
    headers: { ...headers, connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQ' },
  };
  t.like(await ask('/apiv1/engines', offer), { status: 200 });
  const image = { name: 'demo/busybox:1', container_name: 'web', args: ['cat'], type: 'label' };
  await server.inject({
    method: 'POST',
    url: '/apiv1/container',
    headers: { host: '127.0.0.1', ...headers },
    payload: image,
  });
  t.is(cluster.cache.reservations().length, 1);
  const url = `${server.info.uri.replace('http', 'ws')}/apiv1/container/web/exec/ws?cmd=exit&cmd=0`;
  const socket = new WebSocket(url, 'v1.satsuma.exec', { ca, headers });
  t.teardown(() => socket.terminate());
  await t.notThrowsAsync(once(socket, 'open'));
});

test('a new certificate is served without a restart, and files that do not fit change nothing', async (t) => {
  const { ask, install, files, follow, examined } = await open(t);
  follow();
  t.like(await examined(), { status: 'ok' });
  const told = async (name: string) => {
    while ((await ask()).name !== name) process.emit('SIGHUP');
  };
  writeFileSync(files.key, readFileSync(second.key));
  process.emit('SIGHUP');
  t.is((await ask()).name, 'one', 'the key is not that of the certificate');
  install(second);
  await told('two');
  t.is((await ask()).status, 200);
  const { status, message = '' } = (await examined()) ?? {};
  t.is(status, 'warning', 'the new one ends soon');
  t.regex(message, /its certificate expires on \d{4}-\d\d-\d\d, in (?:19|20) days/);
});

test('files that are not a certificate with its key are refused by name, without what is in them', async (t) => {
  const { files } = await open(t);
  copyFileSync(second.key, files.key);
  const error = await t.throwsAsync(readTls(files), {
    code: 'invalid',
    message: /cert\.pem and .*key\.pem are not a certificate/,
  });
  t.notRegex(error?.message ?? '', /BEGIN/);
  await t.throwsAsync(readTls({ ...files, cert: '/nonexistent' }), {
    message: /cannot read the "tls" file \/nonexistent: ENOENT/,
  });
});

test('a certificate of the authority of clients is the account of its name, as long as that is there', async (t) => {
  const { ask, server, cluster, ca } = await open(t, { clientCa: client.ca });
  const pair = { cert: readFileSync(client.cert), key: readFileSync(client.key) };
  const shown = { headers: {}, ...pair };
  t.like(await ask('/apiv1/engines', shown), { status: 401 }, 'there is no such account');
  const by = { name: 'test', role: 'admin' };
  const password = 'correct horse battery';
  // The certificate was made before this test began.
  cluster.clock.turn(-aWhileMs);
  for (const name of ['ana', 'two']) await createAccount(cluster, { name, role: 'viewer', password }, by);
  cluster.clock.turn(aWhileMs);
  t.like(await ask('/apiv1/engines', shown), { status: 200 });
  t.like(await ask('/apiv1/tokens', shown), { status: 403 });
  t.like(await ask('/apiv1/engines', { headers: {} }), { status: 401 }, 'who shows none is nobody');
  t.like(await ask('/apiv1/engines', { ...shown, headers: { authorization: 'Bearer no' } }), { status: 401 });
  // A certificate of an engine is none of a client.
  const engine = { cert: readFileSync(second.cert), key: readFileSync(second.key) };
  t.like(await ask('/apiv1/engines', { headers: {}, ...engine }), { status: 401 });
  const url = `${server.info.uri.replace('http', 'ws')}/apiv1/container/web/exec/ws?cmd=cat`;
  const socket = new WebSocket(url, 'v1.satsuma.exec', { ca, ...pair });
  const [, response] = await once(socket, 'unexpected-response');
  t.is(response.statusCode, 403);
  socket.on('error', () => undefined).terminate();
  await removeCredential(cluster, { kind: 'account', name: 'ana' }, by);
  t.like(await ask('/apiv1/engines', shown), { status: 401 });
  await createAccount(cluster, { name: 'ana', role: 'admin', password }, by);
  t.like(await ask('/apiv1/engines', shown), { status: 401 }, 'who had the name before is not who has it now');
  const anew = await authority.issueClient('ana', { replace: true });
  const theirs = { headers: {}, cert: readFileSync(anew.cert), key: readFileSync(anew.key) };
  t.like(await ask('/apiv1/engines', theirs), { status: 200 });
});

test('certificates of two authorities are accounts while both are named, and of one that is gone no more', async (t) => {
  const other = await createAuthority(join(temporaryFolder(t), 'other'));
  const theirs = await other.issueClient('ana');
  const clientCa = join(temporaryFolder(t), 'clients.pem');
  const name = (...files: string[]) => writeFileSync(clientCa, files.map((file) => readFileSync(file)).join(''));
  name(client.ca, theirs.ca);
  const { ask, follow, cluster, examined, server, ca, headers } = await open(t, { clientCa });
  follow();
  const by = { name: 'test', role: 'admin' };
  cluster.clock.turn(-aWhileMs);
  await createAccount(cluster, { name: 'ana', role: 'operator', password: 'correct horse battery' }, by);
  cluster.clock.turn(aWhileMs);
  const shown = ({ cert, key }: typeof client) => ({ headers: {}, cert: readFileSync(cert), key: readFileSync(key) });
  const kept = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => kept.destroy());
  const url = server.info.uri.replace('http', 'ws');
  const image = { name: 'demo/busybox:1', container_name: 'web', args: ['cat'], type: 'label' };
  const run = { method: 'POST', url: '/apiv1/container', headers: { host: '127.0.0.1', ...headers }, payload: image };
  t.is((await server.inject(run)).statusCode, 201);
  /** Resolve when the server has ended them. */
  const opened = async (pair: typeof client) => {
    const { cert, key } = shown(pair);
    const socket = new WebSocket(`${url}/apiv1/container/web/exec/ws?cmd=cat`, 'v1.satsuma.exec', { ca, cert, key });
    t.teardown(() => socket.terminate());
    const closed = once(socket, 'close').then(([code]) => code);
    await once(socket, 'open');
    const streams = ['events', 'container/web/logs?follow=true'].map((path) =>
      follows(`/apiv1/${path}`, { ca, cert, key }),
    );
    for (const { head } of streams) t.is(await head, 200);
    return { socket, closed: Promise.all([closed, ...streams.map(({ end }) => end)]) };
  };
  const follows = (path: string, more: object) => {
    const sent = request(`${server.info.uri}${path}`, { agent: false, ...more }).end();
    t.teardown(() => sent.destroy());
    const answered = once(sent, 'response').then(([response]: IncomingMessage[]) => response);
    const end = answered.then(async (response) => {
      response?.resume();
      await once(sent, 'close');
      return 'ended';
    });
    return { head: answered.then((response) => response?.statusCode), end };
  };
  const ofGone = await opened(client);
  const ofOther = await opened(theirs);
  const overOpen = () => ask('/apiv1/engines', { ...shown(client), agent: kept });
  t.like(await ask('/apiv1/engines', shown(theirs)), { status: 200 });
  t.like(await overOpen(), { status: 200 });
  name(theirs.ca);
  while ((await overOpen()).status !== 401) {
    process.emit('SIGHUP');
    await examined();
  }
  t.like(await ask('/apiv1/engines', shown(client)), { status: 401 });
  t.like(await ask('/apiv1/engines', shown(theirs)), { status: 200 });
  t.deepEqual(await ofGone.closed, [1008, 'ended', 'ended']);
  t.is(ofOther.socket.readyState, WebSocket.OPEN);
  await removeCredential(cluster, { kind: 'account', name: 'ana' }, by);
  t.deepEqual(await ofOther.closed, [1008, 'ended', 'ended']);
});
