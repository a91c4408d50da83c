import test, { type ExecutionContext } from 'ava';
import type { AuditLog } from '../../src/audit/audit-log.ts';
import { createRole } from '../../src/commands/accounts/roles.ts';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import type { ClusterEvent } from '../../src/model/cluster-event.ts';
import type { Scope } from '../../src/model/scope.ts';
import { openDoor } from './open-door.ts';

const by = { name: 'test', role: 'admin' };
const kinds = ['volume', 'network', 'secret', 'policy', 'project', 'domain'];

/** A server that wants tokens; and what was told of up to now, as lines like `volume create data`. */
async function open(t: ExecutionContext) {
  const { cluster, server } = await openDoor(t, { engines: 2, isAudited: true }, 'token');
  t.teardown(() => server.stop());
  const tokenOf = async (name: string, role = 'admin', scope?: Scope) =>
    (await createToken(cluster, { name, role, scope }, by)).token;
  const as = (token: string) => async (method: string, url: string, body?: object) => {
    const headers = { host: 'localhost', authorization: `Bearer ${token}` };
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const answer = await server.inject({ method: method as 'GET', url: `/apiv1/${url}`, headers, ...payload });
    return { status: answer.statusCode, text: answer.payload };
  };
  const eventsFor = async (token: string, query = ''): Promise<ClusterEvent[]> => {
    const until = new Date(cluster.clock.now()).toISOString();
    const { text } = await as(token)('GET', `events?since=2020-01-01T00:00:00Z&until=${until}${query}`);
    const data = [...text.matchAll(/^data: (.+)$/gm)].map(([, json = '']) => JSON.parse(json));
    return data.filter(({ kind }) => kind !== undefined);
  };
  const told = async (token: string, query = '') =>
    (await eventsFor(token, query)).map(({ kind, action, name }) => `${kind} ${action} ${name}`);
  const admin = await tokenOf('root');
  return { cluster, server, as, told, eventsFor, tokenOf, admin };
}

const onlyOf = (lines: readonly string[], ...of: readonly string[]) =>
  lines.filter((line) => of.some((kind) => line.startsWith(`${kind} `)));

test('what is made, changed and removed through Satsuma is told: volumes, networks, secrets, policies, projects', async (t) => {
  const { as, told, eventsFor, admin } = await open(t);
  const call = as(admin);
  t.is(
    (
      await call('POST', 'container', {
        name: 'demo/busybox:1',
        type: 'label',
        container_name: 'web',
        labels: ['on-a'],
      })
    ).status,
    201,
  );
  await call('POST', 'volume', { engine: 'a', name: 'data' });
  await call('DELETE', 'volume/a/data');
  await call('POST', 'network', { scope: 'a', name: 'front' });
  await call('POST', 'network/a/front/connect', { container: 'web' });
  await call('POST', 'network/a/front/disconnect', { container: 'web' });
  await call('DELETE', 'network/a/front');
  await call('POST', 'secret', { name: 'key', value: 'abc', project: 'shop' });
  await call('PUT', 'secret/key', { value: 'def' });
  await call('DELETE', 'secret/key');
  await call('POST', 'policy', { name: 'tight', rules: {} });
  await call('DELETE', 'policy/tight');
  await call('POST', 'project', { name: 'blog' });
  await call('PATCH', 'project/blog', { description: 'posts' });
  await call('DELETE', 'project/blog');
  const image = { name: 'demo/busybox:1', bind_ports: [{ container_port: 80 }] };
  await call('POST', 'service', { name: 'site', image, replicas: 0 });
  await call('POST', 'domain', { name: 'a.test', service: 'site', tls: 'off' });
  await call('DELETE', 'domain/a.test');
  t.deepEqual(onlyOf(await told(admin), ...kinds), [
    ...['volume create data', 'volume remove data', 'network create front', 'network connect front'],
    ...['network disconnect front', 'network remove front', 'secret create key', 'secret update key'],
    ...['secret remove key', 'policy create tight', 'policy remove tight', 'project create blog'],
    ...['project update blog', 'project remove blog', 'domain create a.test', 'domain remove a.test'],
  ]);
  const events = await eventsFor(admin, '&kind=volume&kind=secret&kind=network');
  t.like(events[0], { engine: 'a', attributes: { driver: 'local' } });
  t.like(events[3], { action: 'connect', attributes: { container: 'web' } });
  t.true(events.filter(({ kind }) => kind === 'secret').every(({ project }) => project === 'shop'));
  t.false(JSON.stringify(events).includes('abc'));
});

test('the audit is told to whoever asks for it and may read it, and to nobody else', async (t) => {
  const { cluster, as, told, eventsFor, tokenOf, admin } = await open(t);
  await as(admin)('POST', 'volume', { engine: 'a', name: 'data' });
  await (cluster.audit as AuditLog).stop();
  const [entry] = await eventsFor(admin, '&kind=audit&name=data');
  t.like(entry, {
    kind: 'audit',
    action: 'done',
    attributes: { who: 'root', verb: 'create', noun: 'volume', status: 201 },
  });
  t.deepEqual(onlyOf(await told(admin), 'audit'), [], 'unless it is asked for');
  const operator = await tokenOf('op', 'operator');
  t.is((await as(operator)('GET', 'events?kind=audit')).status, 403);
  t.deepEqual(onlyOf(await told(operator), 'audit'), []);
  const narrow = await tokenOf('narrow', 'admin', { projects: ['shop'] });
  t.is((await as(narrow)('GET', 'events?kind=audit')).status, 403);
});

test('whoever may not read a kind is told nothing of it', async (t) => {
  const { cluster, as, told, tokenOf, admin } = await open(t);
  const call = as(admin);
  await createRole(cluster, { name: 'watcher', rules: [{ verbs: ['read'], nouns: ['event', 'secret'] }] }, by);
  await call('POST', 'volume', { engine: 'a', name: 'data' });
  for (const project of ['shop', 'blog']) await call('POST', 'secret', { name: `key-${project}`, value: 'x', project });
  for (const name of ['shop', 'blog']) await call('POST', 'project', { name });
  await call('POST', 'policy', { name: 'tight', rules: {} });
  const watcher = await tokenOf('watch', 'watcher');
  t.deepEqual(onlyOf(await told(watcher), ...kinds), ['secret create key-shop', 'secret create key-blog']);
  t.is((await as(watcher)('GET', 'events?kind=volume')).status, 403);
  const narrow = await tokenOf('narrow', 'admin', { projects: ['shop'] });
  t.deepEqual(onlyOf(await told(narrow), ...kinds), [
    ...['secret create key-shop', 'project create shop', 'policy create tight'],
  ]);
});

test('a webhook is sent the audit only where its filter names it', async (t) => {
  const { as, tokenOf, admin, cluster } = await open(t);
  const hook = { url: 'https://hooks.example.org/x', secret: 'a long secret', filter: { kind: ['audit'] } };
  await createRole(cluster, { name: 'hooks', rules: [{ verbs: ['*'], nouns: ['webhook', 'event'] }] }, by);
  t.is((await as(await tokenOf('hooker', 'hooks'))('POST', 'webhook', { name: 'a', ...hook })).status, 403);
  t.is((await as(admin)('POST', 'webhook', { name: 'b', ...hook })).status, 201);
});

test('a webhook without kinds is sent those that whoever makes it may be told of', async (t) => {
  const { as, tokenOf, admin, cluster } = await open(t);
  const hook = { url: 'https://hooks.example.org/x', secret: 'a long secret' };
  const rules = [
    { verbs: ['*'], nouns: ['webhook', 'event'] },
    { verbs: ['read'], nouns: ['secret'] },
  ] as const;
  await createRole(cluster, { name: 'hooks', rules }, by);
  const kindsOf = async (token: string, name: string, filter?: object) => {
    const { status, text } = await as(token)('POST', 'webhook', { name, ...hook, filter });
    t.is(status, 201);
    return JSON.parse(text).data.filter.kind as string[];
  };
  const token = await tokenOf('hooker', 'hooks');
  for (const [name, filter] of [['a'], ['b', {}], ['c', { action: 'create' }]] as const) {
    const told = await kindsOf(token, name, filter);
    t.deepEqual(
      told.filter((kind) => [...kinds, 'audit'].includes(kind)),
      ['secret'],
    );
    t.true(told.includes('container'));
  }
  const all = await kindsOf(admin, 'd');
  t.deepEqual(
    all.filter((kind) => kinds.includes(kind)),
    kinds,
  );
  t.false(all.includes('audit'));
});

test('events of a network have its name where it was given by its id', async (t) => {
  const { as, told, admin } = await open(t);
  const call = as(admin);
  const image = { name: 'demo/busybox:1', type: 'label', container_name: 'web', labels: ['on-a'] };
  t.is((await call('POST', 'container', image)).status, 201);
  const { id } = JSON.parse((await call('POST', 'network', { scope: 'a', name: 'front' })).text).data;
  t.is((await call('POST', `network/a/${id}/connect`, { container: 'web' })).status, 200);
  t.is((await call('POST', `network/a/${id}/disconnect`, { container: 'web' })).status, 200);
  t.is((await call('DELETE', `network/a/${id}`)).status, 202);
  const actions = ['create', 'connect', 'disconnect', 'remove'];
  t.deepEqual(
    onlyOf(await told(admin), 'network'),
    actions.map((action) => `network ${action} front`),
  );
});
