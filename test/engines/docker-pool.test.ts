import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { openDockerPool } from '../../src/engines/docker-pool.ts';
import type { TlsMaterial } from '../../src/engines/docker-tls.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { engineMaterial, makeCertificates } from './certificates.ts';
import { clientOf, deadlines, json, listen, type StubAnswer, startStub } from './stub-engine.ts';

const { ours, theirs, client: tls, stranger } = await makeCertificates();
const answerAll: StubAnswer = ({ response }) => json(response, 200, []);

const distrusted = test.macro(async (t, issue: () => Promise<TlsMaterial>, message: RegExp) => {
  const stub = await startStub(t, { ...(await issue()), ca: tls.ca }, answerAll);
  const client = clientOf(t, stub.addr, { tls });
  await t.throwsAsync(client.listImages(), { instanceOf: SatsumaError, code: 'engine_certificate', message });
  t.deepEqual(stub.requests, [], 'nothing is said to whom we do not trust');
  const careless = clientOf(t, stub.addr, { tls, skipVerify: true });
  t.deepEqual(await careless.listImages(), [], 'skip-verify turns the checks off');
});

test('an engine of another CA is not trusted', distrusted, () => engineMaterial(theirs), /another CA than ca-cert/);
test(
  'an engine with another host name is not trusted',
  distrusted,
  () => engineMaterial(ours, ['10.0.0.5', 'engine.test']),
  /another host name than its address/,
);
test(
  'an engine whose certificate has expired is not trusted',
  distrusted,
  () => engineMaterial(ours, ['127.0.0.1'], -1),
  /expired/,
);
test('an engine with a certificate for clients is not trusted', distrusted, async () => tls, /not one for servers/);

for (const protocol of ['-tls1_3', '-tls1_2']) {
  test(`an engine that refuses our certificate over ${protocol.slice(1)} says so`, async (t) => {
    const port = await startOpenssl(t, await engineMaterial(ours), protocol);
    const client = clientOf(t, `https://127.0.0.1:${port}`, { tls: stranger });
    await t.throwsAsync(client.handshake(), {
      code: 'engine_certificate',
      message: /refuses the certificate in ssl-cert/,
    });
  });
}

test('an engine that closes after the handshake makes us think of our certificate', async (t) => {
  const stub = await startStub(t, await engineMaterial(ours), answerAll);
  const client = clientOf(t, stub.addr, { tls: stranger });
  await t.throwsAsync(client.handshake(), { code: 'engine_unreachable', message: /ssl-cert/ });
  t.deepEqual(stub.requests, []);
});

test('TLS older than 1.2 is not spoken', async (t) => {
  const port = await startOpenssl(t, await engineMaterial(ours), '-tls1_1', '-cipher', 'ALL@SECLEVEL=0');
  const client = clientOf(t, `https://127.0.0.1:${port}`, { tls });
  await t.throwsAsync(client.handshake(), { code: 'engine_certificate', message: /TLS 1.2 or newer/ });
});

test('a port that does not speak TLS is told', async (t) => {
  const port = await listen(
    t,
    http.createServer((_, response) => response.end('hello')),
  );
  const client = clientOf(t, `tcp://127.0.0.1:${port}`, { tls });
  await t.throwsAsync(client.handshake(), { code: 'engine_certificate', message: /does not speak TLS on that port/ });
});

test('a port that nobody listens on is unreachable', async (t) => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const client = clientOf(t, `tcp://127.0.0.1:${port}`, { tls });
  await t.throwsAsync(client.handshake(), { code: 'engine_unreachable', message: /ECONNREFUSED.*is its daemon up/ });
});

test('a port that accepts and says nothing is unreachable after the time for connecting, not after that of the call', async (t) => {
  const port = await listenSilently(t);
  const client = clientOf(t, `tcp://127.0.0.1:${port}`, { tls, limits: { connectMs: 500 } });
  const start = performance.now();
  await t.throwsAsync(client.listImages(), {
    instanceOf: SatsumaError,
    code: 'engine_unreachable',
    message: /ETIMEDOUT/,
  });
  await t.throwsAsync(client.handshake(), { code: 'engine_unreachable', message: /no connection within 500 ms/ });
  t.true(performance.now() - start < 4000);
});

test('an address that is unusable throws at the call, and spoils no other engine', async (t) => {
  const pool = openDockerPool({ skipVerify: false, deadlines });
  for (const addr of ['https://10.0.0.5', 'tcp://10.0.0.5:2376']) {
    const call = pool.client({ id: 'e1', addr }).listImages();
    await t.throwsAsync(call, { instanceOf: SatsumaError, code: 'invalid', message: /ssl-cert, ssl-key and ca-cert/ });
  }
  const nonsense = pool.client({ id: 'e2', addr: 'nonsense' });
  await t.throwsAsync(nonsense.handshake(), { instanceOf: SatsumaError, code: 'invalid' });
});

test('certificates that are none are refused when the pool is opened', (t) => {
  const open = () => openDockerPool({ tls: { ...tls, key: 'nonsense' }, skipVerify: false, deadlines });
  t.throws(open, { instanceOf: SatsumaError, code: 'invalid', message: /^ssl-key/ });
});

test('a socket needs no certificates', async (t) => {
  const path = join(temporaryFolder(t), 'docker.sock');
  const requests: string[] = [];
  const server = http.createServer((request, response) => {
    requests.push(`${request.url}`);
    response.setHeader('api-version', '1.41').end('[]');
  });
  server.listen(path);
  await once(server, 'listening');
  t.teardown(() => server.close());
  const client = clientOf(t, `unix://${path}`, {});
  t.deepEqual([await client.listImages(), await client.listImages()], [[], []]);
  t.deepEqual(requests, ['/_ping', '/v1.41/images/json', '/v1.41/images/json']);
  const nobody = clientOf(t, `unix://${path}.not`, {});
  await t.throwsAsync(nobody.listImages(), { code: 'engine_unreachable', message: /ENOENT/ });
});

test.serial('the environment has no say in where an engine is', async (t) => {
  const names = ['DOCKER_HOST', 'DOCKER_CERT_PATH', 'DOCKER_TLS_VERIFY', 'NODE_TLS_REJECT_UNAUTHORIZED'];
  t.teardown(() => {
    for (const name of names) delete process.env[name];
  });
  const stub = await startStub(t, await engineMaterial(ours), answerAll);
  const distrusted = await startStub(t, { ...(await engineMaterial(theirs)), ca: tls.ca }, answerAll);
  for (const host of ['://not an address', 'tcp://127.0.0.1:1', 'unix:///nowhere', 'ssh://nobody@127.0.0.1']) {
    Object.assign(process.env, { DOCKER_HOST: host, DOCKER_CERT_PATH: '/nowhere', DOCKER_TLS_VERIFY: '1' });
    t.deepEqual(await clientOf(t, stub.addr, { tls }).listImages(), []);
  }
  // Node's warning about it belongs into no test's output.
  const { emitWarning } = process;
  t.teardown(() => Object.assign(process, { emitWarning }));
  process.emitWarning = () => undefined;
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  await t.throwsAsync(clientOf(t, distrusted.addr, { tls }).listImages(), { code: 'engine_certificate' });
});

test('an engine keeps its client and its connections until it is forgotten', async (t) => {
  const stub = await startStub(t, await engineMaterial(ours), answerAll);
  const pool = openDockerPool({ tls, skipVerify: false, deadlines });
  t.teardown(() => pool.close());
  const engine = { id: 'e1', addr: stub.addr };
  const client = pool.client(engine);
  t.is(pool.client({ ...engine }), client);
  t.not(pool.client({ ...engine, id: 'e2' }), client);
  t.not(pool.client({ ...engine, addr: 'https://10.0.0.5' }), client);
  t.is(pool.client(engine), client, 'a trial of another address does not disturb it');
  await client.listImages();
  pool.forget('e1');
  pool.forget('never known');
  t.not(pool.client(engine), client);
  await pool.client(engine).listImages();
  t.is(stub.connections(), 2);
});

/** A server that verifies clients in the handshake, as dockerd does and Node does not: it sends an alert. */
async function startOpenssl(t: ExecutionContext, engine: TlsMaterial, ...options: string[]): Promise<number> {
  const folder = temporaryFolder(t);
  for (const [name, pem] of Object.entries(engine)) writeFileSync(join(folder, name), pem);
  const files = ['-cert', 'cert', '-key', 'key', '-CAfile', 'ca', '-Verify', '1', '-verify_return_error'];
  const args = ['s_server', '-accept', '127.0.0.1:0', ...files, '-www', ...options];
  const server = spawn('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  t.teardown(() => server.kill());
  return await acceptedPort(server);
}

async function acceptedPort({ stdout }: ChildProcessByStdio<null, Readable, null>): Promise<number> {
  let said = '';
  for await (const chunk of stdout) {
    said += String(chunk);
    const [, port] = /ACCEPT .*:(\d+)\n/.exec(said) ?? [];
    if (port) return Number(port);
  }
  throw new Error(`openssl s_server did not start: ${said}`);
}

async function listenSilently(t: ExecutionContext): Promise<number> {
  const sockets: net.Socket[] = [];
  const server = net.createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as net.AddressInfo).port;
}
