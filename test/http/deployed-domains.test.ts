import test, { type ExecutionContext } from 'ava';
import { openDoor } from './open-door.ts';

const headers = { host: 'localhost' };

async function open(t: ExecutionContext) {
  const at = (port: number) => ({ host: '10.0.0.5', port });
  const settings = { discovery: { dns: at(53), auth: at(8090), domain: 'lab.test' } };
  const { cluster, server } = await openDoor(t, { engines: 2, settings });
  t.teardown(() => server.stop());
  const call = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => {
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const { statusCode, payload: text } = await server.inject({ method, url: `/apiv1/${path}`, headers, ...payload });
    return { status: statusCode, text, ...(path.endsWith('/setup') ? {} : JSON.parse(text)) };
  };
  const deploy = async (name: string, body: object) => {
    await call('PUT', `deployment/${name}`);
    const plan = await call('POST', `deployment/${name}/plan`, body);
    if (plan.status !== 200) return { plan, lines: [] };
    const { text } = await call('POST', `deployment/${name}/setup`, body);
    const lines: Record<string, unknown>[] = text
      .split('\n')
      .filter(Boolean)
      .map((line: string) => JSON.parse(line));
    return {
      plan,
      lines: lines.filter(({ domain, event }) => domain !== undefined || event === 'failed' || event === 'says'),
    };
  };
  return { cluster, call, deploy };
}

/** The seed's, with what tells where certificates come from. */
const domains = {
  'example.org': { http: 'example:app', tls: 'off' },
  'staging.example.org': { http: 'example-staging:app:http', tls: 'off', auth: { internal: 'correct horse' } },
};
const template = (globals: object = { Domains: domains }) => ({
  services: { app: { image: 'demo/busybox:1', ports: { http: 8080, admin: 9090 } } },
  globals,
});

test('one template has staging and production beside each other, each with its own domains', async (t) => {
  const { cluster, call, deploy } = await open(t);
  for (const [name, domain] of [
    ['example', 'example.org'],
    ['example-staging', 'staging.example.org'],
  ] as const) {
    const { plan, lines } = await deploy(name, template());
    t.deepEqual(plan.data?.domains, [{ domain, service: 'app', action: 'create', fields: [] }], plan.text);
    t.deepEqual(lines, [{ service: 'app', event: 'created', domain }]);
    const { data } = await call('GET', `domain/${domain}`);
    t.like(data, { deployment: name, tls: 'off', rules: [{ path: '/', service: `${name}-app`, port: 8080 }] });
    t.deepEqual((await call('GET', `deployment/${name}`)).data.domains, [domain]);
  }
  t.deepEqual((await call('GET', 'domain/staging.example.org')).data.users, ['internal']);
  const kept = JSON.stringify([await cluster.store.list('domain'), await cluster.store.list('deployment')]);
  t.false(kept.includes('correct horse'), 'no password is kept');

  const before = (await call('GET', 'domains')).text;
  const again = await deploy('example-staging', template());
  t.like(again.plan.data, { domains: [{ action: 'keep', fields: [] }], other_domains: [] });
  t.is((await call('GET', 'domains')).text, before);
  const open_ = { ...domains, 'staging.example.org': { http: 'example-staging:app:admin', tls: 'off' } };
  const changed = await deploy('example-staging', template({ Domains: open_ }));
  t.deepEqual(changed.plan.data?.domains[0].fields, ['http', 'auth']);
  t.like((await call('GET', 'domain/staging.example.org')).data, { users: undefined, rules: [{ port: 9090 }] });

  t.deepEqual((await call('DELETE', 'deployment/example-staging')).data.domains, ['staging.example.org']);
  t.deepEqual(
    (await call('GET', 'domains')).data.map(({ name }: { name: string }) => name),
    ['example.org'],
  );
});

test('a domain that somebody else has is refused with who has it, and nothing is changed', async (t) => {
  const { call, deploy } = await open(t);
  await deploy('example', template());
  const other = template({ Domains: { 'example.org': { http: 'other:app', tls: 'off' } } });
  const { plan } = await deploy('other', other);
  t.like(JSON.parse(plan.text), {
    ...{ code: 'domain_taken', data: 'example.org/ is taken by deployment example (project default)' },
    details: { deployment: 'example' },
  });
  const body = await call('POST', 'deployment/other/setup', other);
  t.is(body.status, 409, body.text);
  t.deepEqual((await call('GET', 'deployment/other')).data.services, []);

  const mine = await call('POST', 'domain', { name: 'example.org', service: 'example-app', port: 8080, path: '/api' });
  t.like(mine, { status: 409 });
  t.regex(mine.text, /taken by deployment example/);
  await call('POST', 'domain', { name: 'own.test', service: 'example-app', port: 8080, tls: 'off' });
  const theirs = await deploy('example', template({ Domains: { 'own.test': { http: 'example:app', tls: 'off' } } }));
  t.regex(theirs.plan.text, /own\.test\/ is taken by service example-app/);
});

test('what a template does not say of domains stays, and what it no longer has is named', async (t) => {
  const { call, deploy } = await open(t);
  await deploy('example', template());
  t.deepEqual((await deploy('example', template({}))).plan.data.other_domains, []);
  t.deepEqual((await deploy('example', template({ Domains: null }))).plan.data.other_domains, ['example.org']);
  t.is((await call('GET', 'domain/example.org')).status, 200);
  // The template need not have the service, where the deployment has it.
  const { plan } = await deploy('example', {
    services: {},
    globals: { Domains: { 'b.test': { http: 'example:app:admin', tls: 'off' } } },
  });
  t.like(plan.data.domains, [{ domain: 'b.test', action: 'create' }], plan.text);
  t.is((await call('GET', 'domain/b.test')).data.rules[0].port, 9090);
});

test('a domain of a service that is held waits for it', async (t) => {
  const { call, deploy } = await open(t);
  const services = { app: { image: 'demo/busybox:1', port: 80, require: 'base' } };
  const { lines } = await deploy('example', {
    services,
    globals: { Domains: { 'a.test': { http: 'example:app', tls: 'off' } } },
  });
  t.deepEqual(lines, [{ service: 'app', event: 'says', text: 'domain a.test waits for it: requires base' }]);
  t.is((await call('GET', 'domain/a.test')).status, 404);
});

test('what cannot be is refused with its path, and nothing is changed', async (t) => {
  const { call, deploy } = await open(t);
  const refusals = [
    [
      { 'a.test': { http: 'example:app:https' } },
      /Domains\."a\.test"\.http: leads to the port "https", and there is no such port: there is http, admin/,
    ],
    [{ 'a.test': { http: 'example:nobody' } }, /leads to "nobody", and there is no such service/],
    [{ '*.a.test': { http: 'example:app' } }, /public authorities give no certificate/],
    [{ 'a.test': { http: 'example:app', auth: { internal: '' } } }, /auth\.internal: must be a password of 1 to 256/],
    [{ 'A.test': { http: 'example:app' } }, /where a domain must be, in lower case/],
    [{ 'a.test': { http: 'example:app', https: true } }, /https: is no key of a template/],
  ] as const;
  for (const [Domains, sentence] of refusals) {
    const { plan } = await deploy('example', template({ Domains }));
    t.is(plan.status, 400, plan.text);
    t.regex(JSON.parse(plan.text).data, sentence);
  }
  const body = template({ Domains: { 'a.test': { http: 'far:app' } } });
  await call('PUT', 'deployment/far', { lan: 'network_lan' });
  t.regex(
    (await call('POST', 'deployment/far/plan', body)).text,
    /routers reach published ports alone, so name it in wan_map/,
  );
  t.deepEqual((await call('GET', 'domains')).data, []);
});
