import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import type { TlsMaterial } from '../../../src/engines/docker/tls.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { certificates, engineMaterial } from '../certificates.ts';
import { clientOf, json, listen, type StubAnswer, startStub } from '../stub-engine.ts';

const { ours, theirs, client: tls, stranger } = await certificates();
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
  test(`an engine that rejects our certificate over ${protocol.slice(1)} is reported as such`, async (t) => {
    const port = await startOpenssl(t, await engineMaterial(ours), protocol);
    const client = clientOf(t, `https://127.0.0.1:${port}`, { tls: stranger });
    await t.throwsAsync(client.handshake(), {
      code: 'engine_certificate',
      message: /refuses the certificate in ssl-cert/,
    });
  });
}

test('a connection closed after the handshake hints at our certificate', async (t) => {
  const stub = await startStub(t, await engineMaterial(ours), answerAll);
  const client = clientOf(t, stub.addr, { tls: stranger });
  await t.throwsAsync(client.handshake(), { code: 'engine_unreachable', message: /ssl-cert/ });
  t.deepEqual(stub.requests, []);
});

test('TLS older than 1.2 is refused', async (t) => {
  const port = await startOpenssl(t, await engineMaterial(ours), '-tls1_1', '-cipher', 'ALL@SECLEVEL=0');
  const client = clientOf(t, `https://127.0.0.1:${port}`, { tls });
  await t.throwsAsync(client.handshake(), { code: 'engine_certificate', message: /TLS 1.2 or newer/ });
});

test('a port without TLS is reported', async (t) => {
  const port = await listen(
    t,
    http.createServer((_, response) => response.end('hello')),
  );
  const client = clientOf(t, `tcp://127.0.0.1:${port}`, { tls });
  await t.throwsAsync(client.handshake(), { code: 'engine_certificate', message: /does not speak TLS on that port/ });
});

test('a closed port is unreachable', async (t) => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const client = clientOf(t, `tcp://127.0.0.1:${port}`, { tls });
  await t.throwsAsync(client.handshake(), { code: 'engine_unreachable', message: /ECONNREFUSED.*is its daemon up/ });
});

test('a stream resumes the TLS session of an earlier call', async (t) => {
  const isReused: boolean[] = [];
  const stub = await startStub(t, await engineMaterial(ours), ({ path, socket, response }) => {
    isReused.push((socket as TLSSocket).isSessionReused());
    if (path.includes('/events')) response.write('\n');
    else json(response, 200, []);
  });
  const client = clientOf(t, stub.addr, { tls });
  await client.listImages();
  const stopping = new AbortController();
  await client.openEvents(stopping.signal);
  stopping.abort();
  t.deepEqual(isReused, [false, true]);
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
