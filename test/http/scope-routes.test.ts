import test, { type ExecutionContext } from 'ava';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import type { RouteRule } from '../../src/http/route-rules.ts';
import { scopeRuleOf } from '../../src/http/scope-rules.ts';
import { hasEngine, type Scope } from '../../src/model/scope.ts';
import { eventually, startServer } from '../controllers/services/stage.ts';
import { openDoor } from './open-door.ts';

/** About more than the things of projects, whatever the role is. */
const refused = [
  ...['GET /apiv1/accounts', 'POST /apiv1/account', 'DELETE /apiv1/account/{name}'],
  ...['GET /apiv1/tokens', 'POST /apiv1/token', 'DELETE /apiv1/token/{name}'],
  ...['GET /apiv1/roles', 'POST /apiv1/role', 'DELETE /apiv1/role/{name}'],
  ...['POST /apiv1/policy', 'PUT /apiv1/policy/{name}', 'DELETE /apiv1/policy/{name}'],
  ...['POST /apiv1/project', 'PATCH /apiv1/project/{name}', 'DELETE /apiv1/project/{name}'],
  ...[
    'DELETE /apiv1/mesh',
    'GET /apiv1/mesh',
    'PUT /apiv1/mesh',
    'POST /apiv1/mesh/rotate-tokens',
    ...['DELETE /apiv1/router', 'GET /apiv1/router', 'PUT /apiv1/router'],
    'GET /apiv1/audit',
    'GET /apiv1/audit/recordings',
    'GET /apiv1/audit/recording/{recording}',
    'GET /apiv1/audit/verify',
    'GET /apiv1/audit/export',
    'GET /apiv1/backup',
    'POST /apiv1/restore',
  ],
  ...['POST /apiv1/engine', 'PATCH /apiv1/engine/{id}', 'DELETE /apiv1/engine/{id}', 'POST /apiv1/engine/{id}/drain'],
  ...['GET /apiv1/engine/{id}/drain', 'GET /apiv1/engine/{id}/rehearse-loss'],
  ...['GET /apiv1/registries', 'POST /apiv1/registry', 'DELETE /apiv1/registry/{server}'],
  // For builds.
  ...['POST /apiv1/upload', ...['GET', 'PATCH', 'DELETE'].map((method) => `${method} /apiv1/upload/{id}`)],
  ...['GET /apiv1/webhooks', 'POST /apiv1/webhook', 'GET /apiv1/webhook/{name}', 'DELETE /apiv1/webhook/{name}'],
  'POST /apiv1/webhook/{name}/test',
  ...['GET', 'PUT', 'DELETE'].map((method) => `${method} /apiv1/deployment/{name}`),
  ...['GET /apiv1/deployments', 'POST /apiv1/deployment/{name}/plan', 'POST /apiv1/deployment/{name}/setup'],
  ...['GET /apiv1/rebalance', 'POST /apiv1/rebalance', 'DELETE /apiv1/rebalance', 'GET /apiv1/rebalance/plan'],
  ...['GET /apiv1/volumes', 'POST /apiv1/volume', 'POST /apiv1/volumes/prune'],
  ...['GET /apiv1/volume/{engine}/{name}', 'DELETE /apiv1/volume/{engine}/{name}'],
  'POST /apiv1/volume/{engine}/{name}/copy',
  ...['GET /apiv1/networks', 'POST /apiv1/network', 'POST /apiv1/networks/prune'],
  ...['GET /apiv1/network/{engine}/{name}', 'DELETE /apiv1/network/{engine}/{name}'],
  ...['POST /apiv1/network/{engine}/{name}/connect', 'POST /apiv1/network/{engine}/{name}/disconnect'],
  ...['', '/inspect', '/history', '/save'].map((path) => `GET /apiv1/engine-images${path}`),
  ...['pull', 'tag', 'remove', 'prune', 'load', 'build'].map((action) => `POST /apiv1/engine-images/${action}`),
  ...['GET /apiv1/cluster', 'GET /apiv1/config', 'GET /apiv1/doctor', 'GET /apiv1/certificates', 'GET /metrics'],
];

const code = {
  container: 'no_such_container',
  service: 'no_such_service',
  job: 'no_such_job',
  image: 'no_such_image_config',
  secret: 'no_such_secret',
  domain: 'no_such_domain',
  project: 'no_such_project',
  engine: 'no_such_engine',
} as const;

const image = (project: string) => ({ name: 'demo/busybox:1', type: 'label', memory: 16, project });

/** Two projects with the same of each kind, on two engines; and whoever has a token for one of them. */
async function openShop(t: ExecutionContext, scope: Scope = { projects: ['ours'] }) {
  const { cluster, server } = await openDoor(t, { engines: 2 }, 'token');
  t.teardown(() => server.stop());
  await startServer(t, cluster);
  const by = { name: 'test', role: 'admin' };
  const tokenOf = async (name: string, narrowed?: Scope) =>
    (await createToken(cluster, { name, role: 'admin', scope: narrowed }, by)).token;
  const tokens = { admin: await tokenOf('root'), narrow: await tokenOf('narrow', scope) };
  const as = (who: keyof typeof tokens) => async (method: string, url: string, body?: unknown, key?: string) => {
    const keyed = key === undefined ? {} : { 'idempotency-key': key };
    const headers = { ...keyed, host: 'localhost', authorization: `Bearer ${tokens[who]}` };
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const { statusCode, payload: text } = await server.inject({ method: method as 'GET', url, headers, ...payload });
    return { status: statusCode, text, body: text.startsWith('{') ? JSON.parse(text) : {} };
  };
  const admin = as('admin');
  const made = async (path: string, body: object) => {
    const { status, text } = await admin('POST', `/apiv1/${path}`, body);
    if (status >= 300) throw new Error(`${path}: ${status} ${text}`);
  };
  for (const project of ['ours', 'theirs']) {
    await made('project', { name: project });
    await made('container', { ...image(project), container_name: `${project}-box` });
    await made('service', { name: `${project}-web`, replicas: 1, image: image(project) });
    await made('job', { name: `${project}-job`, schedule: '0 3 * * *', image: image(project) });
    await made('image', { name: `${project}-image`, image: image(project) });
    await made('secret', { name: `${project}-secret`, value: 'correct horse', project });
  }
  return { cluster, server, admin, narrow: as('narrow') };
}

function isAsked(access: RouteRule | undefined): boolean {
  return access !== 'anyone';
}

test('every route keeps to the scope of whoever is narrowed, or is not for them', async (t) => {
  const { server, narrow } = await openShop(t);
  const seen = new Set<string>();
  for (const { method, path, settings } of server.table()) {
    if (!isAsked(settings.plugins?.access)) continue;
    const title = `${method.toUpperCase()} ${path}`;
    const rule = scopeRuleOf({ method, path });
    const thing = typeof rule === 'object' ? rule.thing : undefined;
    const isRefused = refused.includes(title);
    const advice = `${title}: say in src/http/scope-rules.ts how it keeps to a scope, or list it here as refused`;
    t.true(isRefused || rule !== undefined, advice);
    seen.add(title);
    const names: Readonly<Record<string, string>> = { container: 'theirs-box', engine: 'a', id: 'zzz', run: '1' };
    const url = path.replaceAll(
      /\{([^}]*)\}/g,
      (_, param: string) => names[param] ?? `theirs-${thing === 'service' ? 'web' : thing}`,
    );
    if (isRefused) {
      const { status, body } = await narrow(method.toUpperCase(), url);
      t.is(status, 403, title);
      t.regex(body.data, /narrowed to project ours/, title);
      continue;
    }
    if (thing === undefined) continue;
    const { status, text, body } = await askValid(narrow, method.toUpperCase(), path, url);
    t.is(status, 404, `${title}: ${text}`);
    t.is(body.code, code[thing], title);
  }
  t.deepEqual(
    refused.filter((title) => !seen.has(title)),
    [],
  );
});

/** With what its query and its body need before the path is looked at. */
async function askValid(
  ask: Awaited<ReturnType<typeof openShop>>['narrow'],
  method: string,
  path: string,
  url: string,
) {
  const action = `${method} ${path.split('/').slice(4).join('/')}`;
  const bodies: Readonly<Record<string, unknown>> = {
    'POST exec': { cmd: ['true'] },
    'POST commit': { image: 'demo/x:1' },
    'POST rename': { name: 'other' },
    'POST update': { memory: 32 },
    'POST scale': { replicas: 2 },
    'POST move': { to: 'b' },
    'PUT ': path.includes('secret')
      ? { value: 'x' }
      : path.includes('image')
        ? { image: image('ours') }
        : { image: image('ours') },
  };
  const query = /archive$|diff$/.test(path) ? '?path=/x' : /exec.ws$/.test(path) ? '?cmd=true' : '';
  return await ask(method, url + query, bodies[action]);
}

test('lists, logs, events and metrics have only what is within', async (t) => {
  const { narrow } = await openShop(t);
  const lists = [
    ...[
      'containers?all=true',
      'engine/a/containers?all=true',
      'engine/b/containers?all=true',
      'services',
      'jobs',
      'images',
    ],
    ...['secrets', 'projects', 'stats', 'logs', 'logs?format=json', 'catalog', 'catalog/http_sd', 'engines'],
    `events?since=2020-01-01T00:00:00Z&until=${new Date(Date.now() - 1).toISOString()}`,
  ];
  let ours = 0;
  for (const path of [...lists.map((each) => `/apiv1/${each}`), '/metrics/containers']) {
    const { status, text } = await narrow('GET', path);
    t.is(status, 200, `${path}: ${text}`);
    t.notRegex(text, /theirs/, path);
    if (/ours-/.test(text)) ours += 1;
  }
  t.true(ours >= 7, `they have what is theirs: ${ours}`);
  for (const path of [
    'container/theirs-box',
    'service/theirs-web',
    'logs?container=theirs-box',
    'stats?container=theirs-box',
  ]) {
    t.is((await narrow('GET', `/apiv1/${path}`)).status, 404, path);
  }
  t.is((await narrow('GET', '/apiv1/logs?service=theirs-web')).body.code, 'no_such_service');
  t.is((await narrow('GET', '/apiv1/container/ours-box')).status, 200);
});

test('what is made is of their project, uses nothing of others, and goes nowhere else', async (t) => {
  const { cluster, admin, narrow } = await openShop(t);
  const bare = { name: 'demo/busybox:1', type: 'label', memory: 16 };
  t.is((await admin('POST', '/apiv1/policy', { name: 'strict', rules: {} })).status, 201);
  t.is((await narrow('POST', '/apiv1/container', { ...bare, container_name: 'mine' })).status, 201);
  t.is(cluster.cache.named('mine')[0]?.image.project, 'ours', 'the one project need not be named');
  const beyond = [
    ['container', { ...bare, project: 'theirs' }],
    ['container', { ...bare, secrets: [{ name: 'theirs-secret' }] }],
    ['container', { ...bare, volumes_from: ['theirs-box'] }],
    ['container', { ...bare, network_mode: 'container:theirs-box' }],
    ['container', { ...bare, links: { 'theirs-box': 'db' } }],
    // Others may have such a one by the time it is looked up.
    ['container', { ...bare, secrets: [{ name: 'nobodys' }] }],
    ['container', { ...bare, network_mode: 'container:nobodys' }],
    ['container', { ...bare, pid_mode: 'container:nobodys' }],
    ['container', { ...bare, ipc_mode: 'container:nobodys' }],
    ['container', { ...bare, volumes_from: ['nobodys'] }],
    ['service', { name: 'new', image: { ...bare, links: { nobodys: 'db' } } }],
    ['container/ours-box/commit', { image: 'demo/busybox:1' }],
    ['service/ours-web/move', { to: 'b', replace_volumes: true }],
    ['service/ours-web/move', { to: 'b', remove_volumes: true }],
    ['service', { name: 'new', image: { ...bare, project: 'theirs' } }],
    ['service', { name: 'new', image: bare, links: { 'theirs-web': 'db' } }],
    ['service', { name: 'new', image: bare, links: { nobodys: 'db' } }],
    ['job', { name: 'new', image: { ...bare, project: 'default' } }],
    ['image', { name: 'new', image: { ...bare, project: 'theirs' } }],
    ['secret', { name: 'new', value: 'x', project: 'theirs' }],
  ] as const;
  for (const [path, body] of beyond) {
    const { status, body: answer } = await narrow('POST', `/apiv1/${path}`, body);
    t.is(status, 403, `${path} ${JSON.stringify(body)}: ${JSON.stringify(answer)}`);
    t.regex(answer.data, /the token narrow \(role admin\) is narrowed to project ours/);
  }
  for (const [path, body] of [
    ['container', { from: 'theirs-image', project: 'ours' }],
    ['plan', { from: 'theirs-image', project: 'ours' }],
    ['service', { name: 'new', from: 'theirs-image' }],
    ['service', { name: 'new', image: { from: 'theirs-image', project: 'ours' } }],
    ['job', { name: 'new', from: 'theirs-image' }],
    ['job', { name: 'new', schedule: '0 3 * * *', image: { from: 'theirs-image@1', project: 'ours' } }],
    ['plan', { service: { name: 'new', image: { from: 'theirs-image', project: 'ours' } } }],
    ['policy/strict/check', { from: 'theirs-image' }],
  ] as const) {
    t.is((await narrow('POST', `/apiv1/${path}`, body)).body.code, 'no_such_image_config', path);
  }
  t.is((await narrow('PUT', '/apiv1/service/ours-web', { image: { ...bare, project: 'theirs' } })).status, 403);
  const secret = await narrow('POST', '/apiv1/secret', { name: 'new', value: 'x' });
  t.is(secret.body.data.project, 'ours');
  t.is(cluster.cache.reservations().filter(({ image: each }) => each.project === 'theirs').length, 2);
});

test('engines without the labels are neither shown nor used', async (t) => {
  const { cluster, admin, narrow } = await openShop(t, { engineLabels: ['zone=b'] });
  await admin('PATCH', '/apiv1/engine/b', { labels: ['zone=b'] });
  t.deepEqual(
    (await narrow('GET', '/apiv1/engines')).body.data.map(({ id }: { readonly id: string }) => id),
    ['b'],
  );
  t.is((await narrow('GET', '/apiv1/engine/a')).body.code, 'no_such_engine');
  const bare = { name: 'demo/busybox:1', type: 'host', memory: 16 };
  for (let i = 0; i < 3; i++)
    t.is((await narrow('POST', '/apiv1/container', { ...bare, container_name: `box-${i}` })).status, 201);
  t.deepEqual(
    new Set(['box-0', 'box-1', 'box-2'].map((name) => cluster.cache.named(name)[0]?.engineId)),
    new Set(['b']),
  );
  const { body } = await narrow('GET', '/apiv1/containers?all=true');
  t.true(body.data.every(({ engine }: { readonly engine: { readonly id: string } }) => engine.id === 'b'));
  const full = await narrow('POST', '/apiv1/container', { ...bare, memory: 1_000_000 });
  t.is(full.body.code, 'unschedulable');
  const engines = full.body.details.engines.map(({ engine }: { readonly engine: string }) => engine);
  t.deepEqual(engines, ['b'], 'as a plan tells');
  t.deepEqual(
    full.body.details.counts.map((each: { readonly engines: number }) => each.engines),
    [1],
  );
});

test('services and jobs are within where they can be on no other engines', async (t) => {
  const { cluster, admin, narrow } = await openShop(t, { engineLabels: ['zone=b'] });
  await admin('PATCH', '/apiv1/engine/b', { labels: ['zone=b'] });
  for (const path of [
    ...[
      'service/ours-web',
      'service/ours-web/logs',
      'service/ours-web/generations',
      'job/ours-job',
      'job/ours-job/runs',
    ],
    'logs?service=ours-web',
  ]) {
    t.is((await narrow('GET', `/apiv1/${path}`)).status, 404, path);
  }
  t.is((await narrow('POST', '/apiv1/service/ours-web/scale', { replicas: 3 })).body.code, 'no_such_service');
  t.is((await narrow('POST', '/apiv1/service/ours-web/move', { to: 'b' })).body.code, 'no_such_service');
  t.is((await narrow('DELETE', '/apiv1/job/ours-job')).body.code, 'no_such_job');
  for (const path of ['services', 'jobs']) t.deepEqual((await narrow('GET', `/apiv1/${path}`)).body.data, [], path);
  const bare = { name: 'demo/busybox:1', type: 'label', memory: 16, volumes: ['data:/data'] };
  t.is((await narrow('POST', '/apiv1/service', { name: 'mine', replicas: 1, image: bare })).status, 201);
  t.is((await narrow('POST', '/apiv1/job', { name: 'my-job', schedule: '0 3 * * *', image: bare })).status, 201);
  for (const path of ['service/mine', 'service/mine/logs', 'job/my-job'])
    t.is((await narrow('GET', `/apiv1/${path}`)).status, 200, path);
  await eventually(t, () =>
    cluster.cache
      .replicas('mine', cluster.cache.services.get('mine')?.value.id)
      .some(({ containerId }) => containerId !== undefined),
  );
  for (const body of [{ to: 'a' }, { to: 'b', from: 'a' }])
    t.is((await narrow('POST', '/apiv1/service/mine/move', body)).body.code, 'no_such_engine');
  t.is((await narrow('PUT', '/apiv1/service/mine', { constraints: ['zone!=c'] })).status, 200);
  t.deepEqual(cluster.cache.services.get('mine')?.value.spec.image.constraints, ['zone!=c', 'zone==b']);
  const lastEvents = `events?since=2020-01-01T00:00:00Z&until=${new Date(Date.now() - 1).toISOString()}`;
  t.notRegex((await narrow('GET', `/apiv1/${lastEvents}`)).text, /"name":"(ours-web|ours-job)"/);
});

test('why something has no room is told without those who hold it', async (t) => {
  const { admin, narrow } = await openShop(t);
  const port = { name: 'demo/busybox:1', type: 'port', bind_ports: [{ proto: 'tcp', port: 8080, container_port: 80 }] };
  for (const engine of ['a', 'b']) {
    const holder = {
      ...port,
      project: 'theirs',
      container_name: `theirs-${engine}`,
      constraints: [`engine==${engine}`],
    };
    t.is((await admin('POST', '/apiv1/container', holder)).status, 201);
  }
  const planned = await narrow('POST', '/apiv1/plan', port);
  t.is(planned.status, 200, planned.text);
  t.regex(planned.text, /8080/);
  t.notRegex(planned.text, /theirs/);
  t.regex((await admin('POST', '/apiv1/plan', port)).text, /theirs/);
  for (const [path, body] of [
    ['container', port],
    ['container?count=2', port],
    ['container', { ...port, container_name: 'theirs-box' }],
  ] as const) {
    const refusal = await narrow('POST', `/apiv1/${path}`, body, `${path} ${Object.keys(body).length}`);
    t.notRegex(refusal.text.replaceAll('/theirs-box', ''), /theirs-[ab]|held_by|scoped_message/, refusal.text);
    if (body === port) t.regex(refusal.text, /"message":"port tcp\/8080 is taken","engines":2/);
  }
  const service = await narrow('POST', '/apiv1/service', { name: 'waits', replicas: 1, image: port });
  t.notRegex(service.text, /theirs/);
  await eventually(t, async () => (await admin('GET', '/apiv1/service/waits')).text.includes('theirs'));
  const shown = await narrow('GET', '/apiv1/service/waits');
  t.regex(shown.text, /unschedulable/);
  t.notRegex(shown.text, /theirs/);
});

test('who has a secret is told of what is within', async (t) => {
  const { admin, narrow } = await openShop(t);
  for (const project of ['ours', 'theirs']) {
    const spec = { ...image(project), secrets: [{ name: 'ours-secret' }] };
    t.is((await admin('POST', '/apiv1/service', { name: `${project}-db`, replicas: 0, image: spec })).status, 201);
  }
  t.regex((await admin('GET', '/apiv1/secret/ours-secret')).text, /theirs-db/);
  const used = (await narrow('GET', '/apiv1/secret/ours-secret')).text;
  t.regex(used, /service ours-db/);
  t.notRegex(used, /theirs/);
  t.notRegex((await narrow('PUT', '/apiv1/secret/ours-secret', { value: 'x' })).text, /theirs/);
  const refusal = await narrow('DELETE', '/apiv1/secret/ours-secret');
  t.is(refusal.body.code, 'secret_in_use');
  t.notRegex(refusal.text, /-db/);
});

test('a variable may be called advice', async (t) => {
  const { narrow } = await openShop(t);
  const body = { ...image('ours'), environment: { advice: 'buy' }, container_name: 'said' };
  t.is((await narrow('POST', '/apiv1/container', body)).status, 201);
  const { text } = await narrow('GET', '/apiv1/container/said');
  t.regex(text, /buy/);
});

test('a token is narrowed to labels that a constraint can ask for', async (t) => {
  const { admin } = await openShop(t);
  for (const key of ['service', 'engine', 'node', 'image', 'container']) {
    const made = await admin('POST', '/apiv1/token', { name: 'eu', role: 'viewer', engine_labels: [`${key}=x`] });
    t.is(made.status, 400, made.text);
    t.regex(made.text, /must have another key/);
  }
  t.true(hasEngine({ engineLabels: ['ssd=true'] }, { labels: ['ssd'] }), 'as a constraint has it');
  t.false(hasEngine({ engineLabels: ['ssd=true'] }, { labels: ['ssd=no'] }));
});

test('what is of others is said to be missing in the words for what is not there', async (t) => {
  const { narrow } = await openShop(t, { projects: ['ours'], engineLabels: ['on-a'] });
  for (const [path, theirs, none] of [
    ['service', 'theirs-web', 'gone-web'],
    ['job', 'theirs-job', 'gone-job'],
    ['secret', 'theirs-secret', 'gone-secret'],
    ['engine', 'b', 'z'],
    ['container', 'theirs-box', 'gone-box'],
  ] as const) {
    const [one, other] = [
      await narrow('GET', `/apiv1/${path}/${theirs}`),
      await narrow('GET', `/apiv1/${path}/${none}`),
    ];
    t.is(one.status, 404, path);
    t.is(one.text.replaceAll(theirs, '*'), other.text.replaceAll(none, '*'));
  }
  for (const [key, theirs, none] of [
    ['job', 'theirs-job', 'gone-job'],
    ['service', 'theirs-web', 'gone-web'],
    ['engine', 'b', 'z'],
  ] as const) {
    const [one, other] = [
      await narrow('GET', `/apiv1/logs?${key}=${theirs}`),
      await narrow('GET', `/apiv1/logs?${key}=${none}`),
    ];
    t.is(one.text.replace(theirs, '*'), other.text.replace(none, '*'), key);
  }
});
