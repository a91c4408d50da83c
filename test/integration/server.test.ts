import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { createAuthority } from '../../src/ca/authority.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { eventually, type SatsumaServer, startSatsuma } from './satsuma-server.ts';

const run = promisify(execFile);
const main = resolve('dist/src/main.js');

/** What `satsuma serve` says and how it ends when it cannot start. */
async function refusal(
  dir: string,
  settings: object,
  env: Record<string, string> = {},
): Promise<{ code: number; stderr: string }> {
  const conf = join(mkdtempSync(join(dir, 'conf-')), 'satsuma.json');
  writeFileSync(conf, JSON.stringify({ 'listen-addr': '127.0.0.1:0', ...settings }));
  const ended = run(process.execPath, [main, 'serve', '--conf', conf], { env: { ...env }, timeout: 10_000 });
  return await ended.then(
    () => ({ code: 0, stderr: '' }),
    ({ code, stderr }) => ({ code, stderr: String(stderr).replaceAll(conf, 'CONF') }),
  );
}

async function start(t: ExecutionContext, settings: object = {}): Promise<{ server: SatsumaServer; dir: string }> {
  const dir = temporaryFolder(t);
  const client = await (await createAuthority(join(dir, 'ca'))).issueClient('satsuma');
  const server = await startSatsuma({ client }, dir, settings);
  t.teardown(() => server.end());
  return { server, dir };
}

test.serial('an unknown key and a bad value stop the start with their names and what was expected', async (t) => {
  const { code, stderr } = await refusal(temporaryFolder(t), { 'redis-prot': 1, lease: 'long' });
  t.is(code, 2);
  t.regex(stderr, /CONF: "redis-prot" is not a setting; did you mean "redis-port"\?/);
  t.regex(stderr, /CONF: "lease" must be a number of seconds from 1 to 86400, got "long"/);
});

test.serial('a variable stands over the file, and is refused by its own name', async (t) => {
  const { stderr } = await refusal(temporaryFolder(t), { lease: 5 }, { SATSUMA_LEASE: 'never' });
  t.regex(stderr, /SATSUMA_LEASE.*must be a number of seconds/);
});

test.serial('listening beyond this machine needs accounts and TLS, or --insecure', async (t) => {
  const { code, stderr } = await refusal(temporaryFolder(t), { 'listen-addr': ':8080' });
  t.is(code, 2);
  t.regex(stderr, /needs accounts and TLS: .*--insecure/);
});

test.serial('a Redis that is not there is named, without its password', async (t) => {
  const { code, stderr } = await refusal(temporaryFolder(t), { 'redis-url': 'redis://:hunter2@127.0.0.1:1' });
  t.is(code, 1);
  t.regex(stderr, /127\.0\.0\.1:1/);
  t.notRegex(stderr, /hunter2/);
});

test.serial('a port that is taken is said, and the process ends', async (t) => {
  const { server, dir } = await start(t);
  const { code, stderr } = await refusal(dir, { 'listen-addr': server.address });
  t.is(code, 2);
  t.is(stderr, `satsuma: cannot listen on ${server.address}: the port is in use\n`);
});

test.serial('a second server on the same folder is refused with a sentence', async (t) => {
  const { dir } = await start(t, { 'data-dir': 'shared' });
  const { code, stderr } = await refusal(dir, { 'data-dir': join(dir, 'shared') });
  t.is(code, 1);
  t.regex(stderr, /in use by another Satsuma/);
});

test.serial('a certificate that cannot be read is named', async (t) => {
  const tls = { 'ca-cert': '/nowhere/ca.pem', 'ssl-cert': '/nowhere/cert.pem', 'ssl-key': '/nowhere/key.pem' };
  const { code, stderr } = await refusal(temporaryFolder(t), tls);
  t.is(code, 2);
  t.regex(stderr, /cannot read the certificate file \/nowhere\/\w+\.pem: ENOENT/);
});

test.serial('a scheduler of the user’s own is asked, alone and in a composed type', async (t) => {
  const dir = temporaryFolder(t);
  const module = join(dir, 'gpu.mjs');
  writeFileSync(
    module,
    `export default { name: 'gpu', description: 'the engine has a GPU',
    prepare: () => ({ labels }) => labels.includes('gpu') ? undefined : { code: 'no_gpu', message: 'the engine has no GPU' } };`,
  );
  const { server } = await start(t, { schedulers: [module], types: { ml: ['gpu', 'label'] } });
  const { data } = await server.call('GET', 'schedulers');
  const checks = new Map(data.schedulers.map((each: { name: string; checks: string[] }) => [each.name, each.checks]));
  t.true((checks.get('ml') as string[]).includes('the engine has a GPU'));
  t.is((await server.call('POST', 'plan', { name: 'x', type: 'gpu' })).status, 200);
});

test.serial('a scheduler module that is none stops the start', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'wrong.mjs'), 'export default { name: "x" };');
  const wrong = await refusal(dir, { schedulers: [join(dir, 'wrong.mjs')] });
  t.regex(wrong.stderr, /wrong\.mjs must export by default a scheduler/);
  const missing = await refusal(dir, { schedulers: [join(dir, 'missing.mjs')] });
  t.regex(missing.stderr, /cannot import the scheduler module .*missing\.mjs/);
});

test.serial('each request is one line of the log, with the id that its answer carries', async (t) => {
  const { server } = await start(t);
  const { requestId } = await server.call('POST', 'container', { name: 'x', environment: { PASSWORD: 'hunter2' } });
  const written = async () => (await server.log()).filter((line) => line.requestId === requestId);
  const lines = await eventually(written, ({ length }) => length > 0, 30_000);
  t.is(lines.length, 1);
  t.like(lines[0], { method: 'POST', path: '/apiv1/container', status: 422, msg: 'request' });
  t.false(JSON.stringify(await server.log()).includes('hunter2'));
});

test.serial('the configuration is shown without secrets, and the store is its owner’s alone', async (t) => {
  const { server, dir } = await start(t);
  const { data } = await server.call('GET', 'config');
  t.like(data, { 'skip-verify': false, lease: 5, 'ssl-key': join(dir, 'ca/clients/satsuma/key.pem') });
  t.false(JSON.stringify(data).includes('PRIVATE KEY'));
  t.is(statSync(join(dir, 'data/data.mdb')).mode & 0o777, 0o600);
});

test.serial('5,000 connections that say nothing, or speak slowly, keep nobody out', async (t) => {
  const { server } = await start(t);
  const [host = '', port = ''] = server.address.split(':');
  const sockets = new Set<Socket>();
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
  });
  /** From an address of its own each hundred, as from a network of machines. */
  const open = async (at: number): Promise<void> => {
    const socket = connect({ host, port: Number(port), localAddress: `127.0.1.${1 + Math.floor(at / 100)}` });
    socket.on('error', () => undefined);
    sockets.add(socket);
    await once(socket, 'connect');
    if (at % 2 === 0) socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
  };
  for (let first = 0; first < 5_000; first += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, at) => open(first + at)));
  }
  t.is((await server.call('GET', 'engines')).status, 200);
});
