import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { createAuthority } from '../../src/ca/authority.ts';
import { createAccount } from '../../src/commands/accounts/accounts.ts';
import { isTrusted, rejectionReason } from '../../src/http/client-authorities.ts';
import { createServer } from '../../src/http/server.ts';
import { readTls } from '../../src/http/server-tls.ts';
import { startCluster } from '../fixtures/harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'satsuma-clients-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);
const authority = await createAuthority(file('ca'));
const api = await authority.issueEngine('api', ['127.0.0.1']);
const ended = await authority.issueClient('ended', { days: -1 });

const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });

/** A certificate for `name`, by openssl: of an authority of its own kind, with an intermediate one, and of days that are to come. */
function make(name: string, by: string | undefined, extensions: string, ...dates: string[]): void {
  writeFileSync(file(`${name}.cnf`), `[req]\ndistinguished_name=dn\n[dn]\n[x]\n${extensions}\n`);
  const subject = ['-subj', `/CN=${name}`, '-config', `${name}.cnf`, '-nodes', '-newkey', 'rsa:2048'];
  if (by === undefined) {
    openssl(
      'req',
      '-x509',
      ...subject,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
      '-extensions',
      'x',
      '-days',
      '30',
    );
    return;
  }
  openssl('req', '-new', ...subject, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  writeFileSync(file(`${name}.index`), '');
  writeFileSync(file(`${name}.serial`), '01\n');
  writeFileSync(
    file(`${name}.ca.cnf`),
    `[ca]\ndefault_ca=c\n[c]\ndatabase=${name}.index\nserial=${name}.serial\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nx509_extensions=x\n[p]\ncommonName=supplied\n[x]\n${extensions}\n`,
  );
  const signing = [
    'ca',
    '-batch',
    '-notext',
    '-config',
    `${name}.ca.cnf`,
    '-cert',
    `${by}.pem`,
    '-keyfile',
    `${by}.key`,
  ];
  openssl(...signing, '-in', `${name}.csr`, '-out', `${name}.pem`, ...(dates.length > 0 ? dates : ['-days', '20']));
}

const authorityOf = (depth: number) =>
  `basicConstraints=critical,CA:true,pathlen:${depth}\nkeyUsage=critical,keyCertSign`;
const ofClient = 'basicConstraints=CA:false\nextendedKeyUsage=clientAuth';
make('root', undefined, authorityOf(1));
make('between', 'root', authorityOf(0));
make('ana', 'between', ofClient);
make('early', 'root', ofClient, '-startdate', '20400101000000Z', '-enddate', '20410101000000Z');
make('service', 'root', 'basicConstraints=CA:false\nextendedKeyUsage=serverAuth');

const read = (name: string) => readFileSync(file(name), 'utf8');
const pair = (name: string, ...chain: string[]) => ({
  cert: [name, ...chain].map((each) => read(`${each}.pem`)).join(''),
  key: read(`${name}.key`),
});

async function open(t: ExecutionContext) {
  const clientCa = file('clients.pem');
  writeFileSync(clientCa, readFileSync(ended.ca, 'utf8') + read('root.pem'));
  const cluster = await startCluster(t);
  cluster.clock.turn(-600_000);
  const by = { name: 'test', role: 'admin' };
  for (const name of ['ana', 'early', 'ended', 'service'])
    await createAccount(cluster, { name, role: 'viewer', password: 'correct horse battery' }, by);
  cluster.clock.turn(600_000);
  const tls = await readTls({ cert: api.cert, key: api.key, clientCa });
  const place = { host: '127.0.0.1', port: 0, allowedHosts: [], configuration: {} };
  const server = await createServer({ ...place, cluster, gate: 'token', tls });
  await server.start();
  t.teardown(() => server.stop({ timeout: 0 }));
  const ca = readFileSync(api.ca);
  return (shown: { readonly cert: string; readonly key: string }) =>
    new Promise<{ status: number | undefined; message: string }>((resolve, reject) => {
      const options = { ca, agent: false, ...shown } as const;
      const sent = request(`${server.info.uri}/apiv1/engines`, options, async (response) => {
        const text = Buffer.concat(await response.toArray()).toString();
        resolve({ status: response.statusCode, message: String(JSON.parse(text).data) });
      });
      sent.on('error', reject).end();
    });
}

test('a certificate of an intermediate authority is an account with the chain, and nobody without it', async (t) => {
  const ask = await open(t);
  t.is((await ask(pair('ana', 'between'))).status, 200);
  const { status, message } = await ask(pair('ana'));
  t.is(status, 401);
  t.regex(message, /lacks intermediate certificates: send Authorization/);
});

test('a certificate that has ended, has not begun or is for servers is that of nobody, who is told why', async (t) => {
  const ask = await open(t);
  const files = { cert: readFileSync(ended.cert, 'utf8'), key: readFileSync(ended.key, 'utf8') };
  const told = [
    [files, /the certificate that the client shows expired on \d{4}-\d\d-\d\d: send/],
    [pair('early'), /is not valid yet: check the clocks/],
    [pair('service'), /is not a client certificate/],
  ] as const;
  for (const [shown, words] of told) {
    const { status, message } = await ask(shown);
    t.is(status, 401, message);
    t.regex(message, words);
  }
});

test('a certificate that ends while its connection is open is that of nobody from then on', (t) => {
  const shown = (validTo: number, authorized = true) =>
    ({ authorized, getPeerCertificate: () => ({ valid_to: new Date(validTo).toUTCString() }) }) as unknown as TLSSocket;
  t.true(isTrusted(shown(Date.now() + 60_000)));
  t.is(rejectionReason(shown(Date.now() + 60_000)), undefined);
  t.false(isTrusted(shown(Date.now() - 60_000)));
  t.regex(rejectionReason(shown(Date.now() - 60_000)) ?? '', /^expired on /);
});
