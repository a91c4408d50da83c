import { X509Certificate } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { issuePair } from '../../src/ca/issue.ts';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { createService } from '../../src/commands/services/change-service.ts';
import { desiredConfig } from '../../src/decisions/domains/desired-config.ts';
import { serviceDefaults } from '../../src/model/service-defaults.ts';
import { openDoor } from './open-door.ts';

const by = { name: 'test', role: 'admin' };

/** As a public authority gives it, but signed by itself. */
async function certify(hosts: readonly string[], days = 90) {
  const { cert: certificate, key } = await issuePair({ kind: 'engine', name: 'x', hosts, days });
  return { certificate, key };
}

async function open(t: ExecutionContext) {
  const settings = { discovery: { dns: { host: '10.0.0.5', port: 53 }, domain: 'lab.test' } };
  const { cluster, server } = await openDoor(t, { engines: 1, settings }, 'token');
  t.teardown(() => server.stop());
  const value = { quota: {}, createdAt: '', updatedAt: '' };
  for (const id of ['shop', 'blog']) await cluster.store.write([{ kind: 'project', id, value }]);
  for (const [name, project] of [
    ['web', 'shop'],
    ['posts', 'blog'],
  ] as const) {
    const bind_ports = [{ proto: 'tcp' as const, container_port: 80 }];
    const image = { name: 'demo/busybox:1', type: 'label', restart_policy: {}, project, bind_ports };
    await createService(cluster, name, { ...serviceDefaults, image, replicas: 0 });
  }
  const as = async (name: string, projects?: readonly string[]) => {
    const scope = projects === undefined ? {} : { scope: { projects } };
    const { token } = await createToken(cluster, { name, role: 'admin', ...scope }, by);
    return async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => {
      const headers = { host: 'localhost', authorization: `Bearer ${token}` };
      const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
      const { statusCode, payload: text } = await server.inject({ method, url: `/apiv1/${path}`, headers, ...payload });
      return { status: statusCode, text, ...JSON.parse(text) };
    };
  };
  const admin = await as('root');
  const metrics = async () => {
    const { token } = await createToken(cluster, { name: 'prometheus', role: 'viewer' }, by);
    const headers = { host: 'localhost', authorization: `Bearer ${token}` };
    return (await server.inject({ url: '/metrics', headers })).payload;
  };
  /** What a router is to load. */
  const config = () => {
    const router = {
      service: 'router',
      dns: ['10.0.0.5:53'],
      dnsDomain: 'lab.test',
      loaded: {},
      failures: {},
      createdAt: '',
    };
    const { hash, text } = desiredConfig(cluster, router, '2.6.2');
    return { hash, text: text(), ...JSON.parse(text()).apps };
  };
  return { cluster, as, admin, config, metrics };
}

test('a certificate is given with a domain: routers load it, and its key is in no answer and not in the store', async (t) => {
  const { cluster, admin, config, metrics } = await open(t);
  const pem = await certify(['shop.test', '*.shop.test']);
  const { fingerprint256, validTo } = new X509Certificate(pem.certificate);
  const made = await admin('POST', 'domain', { name: 'shop.test', service: 'web', ...pem });
  t.is(made.status, 201, made.text);
  t.is(made.data.tls, 'given');
  const shown = {
    ...{ domain: 'shop.test', names: ['shop.test', '*.shop.test'] },
    ...{ fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(), expires_at: new Date(validTo).toISOString() },
  };
  t.deepEqual(made.data.certificate, shown);
  const { tls, http } = config();
  const [loaded, ...others] = tls.certificates.load_pem;
  t.deepEqual([loaded.certificate, loaded.key, others.length], [pem.certificate, pem.key, 0]);
  t.deepEqual(http.servers.https.tls_connection_policies[0], {
    ...{ match: { sni: ['shop.test'] }, certificate_selection: { any_tag: loaded.tags } },
  });
  t.is(tls.certificates.automate, undefined);
  t.regex(await metrics(), /^satsuma_certificate_expiry_seconds\{kind="domain",name="shop\.test"\} 7\d{6}$/m);
  const kept = JSON.stringify([await cluster.store.list('domain'), await cluster.store.list('audit-block')]);
  const secret = pem.key.split('\n')[3] ?? '';
  t.is(secret.length, 64);
  for (const text of [made.text, kept, (await admin('GET', 'domains')).text]) t.false(text.includes(secret));
});

test('the same again changes nothing, another one takes its place, and without one it stays', async (t) => {
  const { admin, config } = await open(t);
  const [first, second] = [await certify(['shop.test']), await certify(['shop.test'], 180)];
  const body = { name: 'shop.test', service: 'web' };
  const made = await admin('POST', 'domain', { ...body, ...first });
  const { hash } = config();
  t.is((await admin('POST', 'domain', { ...body, ...first })).data.updated_at, made.data.updated_at);
  t.is((await admin('POST', 'domain', body)).data.updated_at, made.data.updated_at);
  t.is(config().hash, hash);
  const renewed = await admin('POST', 'domain', { ...body, ...second });
  t.true(renewed.data.certificate.expires_at > made.data.certificate.expires_at);
  t.not(config().hash, hash);
  t.is(config().tls.certificates.load_pem[0].key, second.key);
  const off = await admin('POST', 'domain', { ...body, tls: 'off' });
  t.is(off.data.certificate, undefined);
  t.false(config().text.includes('PRIVATE KEY'));
});

test('one certificate is shown for several domains of its project, and stays as long as one of them needs it', async (t) => {
  const { admin, as, config } = await open(t);
  const pem = await certify(['*.shop.test', 'shop.test']);
  const none = await admin('POST', 'domain', { name: 'a.shop.test', service: 'web', tls: 'given' });
  t.like(none, {
    status: 400,
    data: 'no certificate that was given in project shop is of a.shop.test: say one, with its key',
  });
  t.is((await admin('POST', 'domain', { name: '*.shop.test', service: 'web', ...pem })).status, 201);
  const other = await admin('POST', 'domain', { name: 'a.shop.test', service: 'web', tls: 'given' });
  t.is(other.data.certificate.domain, '*.shop.test', other.text);
  // A name of its own is not hidden by a wildcard with another certificate.
  t.is((await admin('POST', 'domain', { name: 'own.shop.test', service: 'web', tls: 'internal' })).status, 201);
  const { tls, http } = config();
  t.is(tls.certificates.load_pem.length, 1);
  t.deepEqual(
    http.servers.https.tls_connection_policies.map(({ match }: { match?: { sni: string[] } }) => match?.sni),
    [['a.shop.test'], ['own.shop.test'], ['*.shop.test'], undefined],
  );
  t.deepEqual(tls.certificates.automate, ['own.shop.test']);
  const refused = { status: 409, code: 'wrong_state' };
  t.like(await admin('DELETE', 'domain/*.shop.test'), refused);
  t.like(await admin('POST', 'domain', { name: '*.shop.test', service: 'web', tls: 'off' }), refused);
  const narrow = await certify(['*.shop.test'], 200);
  t.is((await admin('POST', 'domain', { name: '*.shop.test', service: 'web', ...narrow })).status, 201);
  t.is(config().tls.certificates.load_pem[0].key, narrow.key);
  t.is((await admin('DELETE', 'domain/a.shop.test')).status, 202);
  t.is((await admin('DELETE', 'domain/*.shop.test')).status, 202);
  const blogger = await as('blogger', ['blog']);
  await admin('POST', 'domain', { name: 'shop.test', service: 'web', ...pem });
  const foreign = await blogger('POST', 'domain', { name: 'b.shop.test', service: 'posts', tls: 'given' });
  t.is(foreign.status, 400, 'the certificate is that of another project');
});

test('no certificate is of a name for which another project has its certificates made', async (t) => {
  const { admin, as } = await open(t);
  const blogger = await as('blogger', ['blog']);
  await admin('POST', 'domain', { name: 'shop.test', service: 'web' });
  const thief = { name: 'blog.test', service: 'posts', ...(await certify(['blog.test', 'shop.test'])) };
  const refused = await blogger('POST', 'domain', thief);
  t.like(refused, { status: 409, code: 'domain_taken' });
  t.false(/web|shop/.test(refused.text), refused.text);
  await admin('POST', 'domain', { name: 'shop.test', service: 'web', tls: 'off' });
  t.is((await blogger('POST', 'domain', thief)).status, 201);
  t.like(await admin('POST', 'domain', { name: 'shop.test', service: 'web', tls: 'internal' }), {
    ...{ status: 409, code: 'domain_taken', data: 'shop.test is in a certificate that project blog has for blog.test' },
  });
  const own = await certify(['shop.test']);
  t.is((await admin('POST', 'domain', { name: 'shop.test', service: 'web', ...own })).status, 201);
  // A company's wildcard is for all of its projects.
  const wide = await certify(['*.corp.test']);
  t.is((await blogger('POST', 'domain', { name: 'blog.corp.test', service: 'posts', ...wide })).status, 201);
  t.is((await admin('POST', 'domain', { name: 'shop.corp.test', service: 'web' })).status, 201);
});

test('what is no certificate for the domain is refused, changes nothing, and no sentence has the key', async (t) => {
  const { admin } = await open(t);
  const [good, other] = [await certify(['a.test']), await certify(['b.test'])];
  const ended = await certify(['a.test'], -1);
  const cases: readonly (readonly [body: object, pattern: RegExp])[] = [
    [{ ...good, key: other.key }, /the key is not that of the certificate/],
    [{ certificate: other.certificate + good.certificate, key: good.key }, /must be the first one in its file/],
    [other, /is not of a\.test: it is of b\.test/],
    [await certify(['10.0.0.1']), /is not of a\.test: it has no host name/],
    [ended, /has ended: it was valid until/],
    [{ ...good, certificate: good.key }, /no certificate in PEM/],
    [{ ...good, key: good.certificate }, /the key cannot be read/],
    [{ ...good, certificate: good.certificate.replace(/[A-Z]{2}/g, 'AA') }, /certificate/],
    [{ ...good, key: good.key.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE') }, /has a passphrase/],
    [{ ...good, key: `${good.key}${'x'.repeat(20_000)}` }, /must be PEM of at most 16 KiB/],
    [{ ...good, certificate: good.certificate.repeat(11) }, /more than 10 certificates/],
    [{ certificate: good.certificate }, /missing required peers|certificate.*key/],
    [{ ...good, tls: 'internal' }, /for "given" as "tls", and not for "internal"/],
  ];
  for (const [body, pattern] of cases) {
    const { status, text } = await admin('POST', 'domain', { name: 'a.test', service: 'web', ...body });
    t.is(status, 400, text);
    t.regex(text.replaceAll('\\"', '"'), pattern);
    for (const { key } of [good, other, ended]) t.false(text.includes(key.split('\n')[3] ?? ''), text);
  }
  t.is((await admin('GET', 'domains')).data.length, 0);
});
