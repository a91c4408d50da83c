import type { Server } from '@hapi/hapi';
import test, { type ExecutionContext } from 'ava';
import { createToken } from '../../../src/commands/accounts/tokens.ts';
import { updateEngine } from '../../../src/commands/engines/update-engine.ts';
import { createProject } from '../../../src/commands/projects/projects.ts';
import { runContainer } from '../../../src/execution/run-container.ts';
import { createDoors } from '../../../src/http/doors.ts';
import { scopeRuleOf } from '../../../src/http/scope-rules.ts';
import type { Scope } from '../../../src/model/scope.ts';
import { startCluster } from '../../fixtures/harness.ts';
import { engineOf, sleeper } from './docker-door.ts';

const by = { name: 'test', role: 'admin' };

/** About more than the things of projects, as at /apiv1. */
const refused = [
  ...['GET /system/df', 'GET /images/search', 'GET /distribution/{name}/json'],
  ...['GET /images/{name}/history', 'GET /images/{name}/get', 'GET /images/get', 'POST /images/load'],
  ...['POST /images/{name}/tag', 'POST /images/{name}/push', 'DELETE /images/{name}', 'POST /images/prune'],
  ...['POST /build', 'POST /build/prune', 'POST /session', 'POST /grpc'],
];

/** The door with tokens: of an admin, and of somebody who is narrowed. */
async function open(t: ExecutionContext, scope: Scope = { projects: ['ours'] }, role = 'admin') {
  const cluster = await startCluster(t, { engines: 2 });
  const settings = { listen: { host: '127.0.0.1', port: 0 } };
  const doors = await createDoors(cluster, { docker: settings }, [], { isTokenRequired: true });
  const server = doors.get('docker') as Server;
  await server.initialize();
  t.teardown(() => server.stop({ timeout: 0 }));
  for (const project of ['ours', 'theirs']) {
    await createProject(cluster, { name: project }, by);
    engineOf(cluster, 'a').images.add(`demo/${project}:1`);
    const image = { name: `demo/${project}:1`, type: 'label', memory: 16, project, restart_policy: {} };
    await runContainer(cluster, { ...image, container_name: `${project}-box`, constraints: ['engine==a'] });
  }
  const as = async (name: string, more: object) => {
    const { token } = await createToken(cluster, { name, role, ...more }, by);
    return async (method: string, url: string, body?: unknown) => {
      const headers = { host: 'localhost', authorization: `Bearer ${token}` };
      const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
      const { statusCode, payload: text } = await server.inject({ method: method as 'GET', url, headers, ...payload });
      const isJson = /^[[{]/.test(text) && !text.includes('\n');
      return { status: statusCode, text, body: isJson ? JSON.parse(text) : text };
    };
  };
  return { cluster, server, admin: await as('root', {}), narrow: await as('narrow', { scope }) };
}

test('every endpoint keeps to the scope of whoever is narrowed, or is not for them', async (t) => {
  const { server, narrow } = await open(t);
  const seen: string[] = [];
  for (const { method, path, settings } of server.table()) {
    const title = `${method.toUpperCase()} ${path}`;
    if (settings.plugins?.access === 'anyone') continue;
    const isRefused = refused.includes(title);
    t.true(isRefused || scopeRuleOf({ method, path }) !== undefined, title);
    if (!isRefused) continue;
    seen.push(title);
    const { status, body } = await narrow(method.toUpperCase(), path.replace(/\{\w+\}/, 'web'));
    t.is(status, 403, title);
    t.regex(body.message, /narrowed to project ours/, title);
  }
  t.deepEqual(seen.sort(), refused.toSorted());
});

test('containers of others are neither listed, found, nor used', async (t) => {
  const { cluster, narrow } = await open(t);
  const [ours, theirs] = ['ours-box', 'theirs-box'].map((name) => cluster.cache.named(name)[0]?.containerId);
  const rows = [ours, theirs].map((Id) => ({ Id, State: 'running', Names: ['/x'] }));
  engineOf(cluster, 'a').relayed.set('GET /containers/json', { body: rows });
  const listed = await narrow('GET', '/v1.41/containers/json?all=1');
  t.deepEqual(
    listed.body.map(({ Id }: { Id: string }) => Id),
    [ours],
  );
  for (const name of ['theirs-box', 'a/theirs-box', String(theirs)])
    for (const [method, path] of [
      ...[
        ['GET', '/json'],
        ['GET', '/logs?stdout=1'],
        ['POST', '/start'],
        ['POST', '/exec'],
        ['DELETE', '?force=1'],
      ],
      ...[
        ['POST', '/attach?stream=1'],
        ['GET', '/attach/ws?stream=1'],
        ['GET', '/archive?path=/'],
      ],
    ] as const) {
      const { status, body } = await narrow(
        method,
        `/containers/${name}${path}`,
        path === '/exec' ? { Cmd: ['id'] } : undefined,
      );
      t.is(status, 404, `${method} ${name}${path}`);
      t.regex(body.message, new RegExp(`No such container: ${name}$`));
    }
  t.is((await narrow('POST', '/containers/a/ours-box/stop')).status, 204);
  const made = await narrow('POST', '/containers/create?name=mine', sleeper);
  t.is(made.status, 201, made.text);
  t.is(cluster.cache.named('mine')[0]?.image.project, 'ours');
  const beyond = await narrow('POST', '/containers/create', { ...sleeper, Labels: { 'satsuma.project': 'theirs' } });
  t.is(beyond.status, 403);
  t.regex(beyond.body.message, /narrowed to project ours: project theirs is beyond that/);
  const volumes = { ...sleeper, HostConfig: { VolumesFrom: ['theirs-box'] } };
  t.is((await narrow('POST', '/containers/create', volumes)).status, 403);
  const named = await narrow('POST', `/commit?container=ours-box&repo=demo/theirs&tag=1`);
  t.is(named.status, 403, 'others run that tag');
});

test('whoever is narrowed does not learn by placement what others run, nor where: it is as what is not there', async (t) => {
  const { cluster, narrow, admin } = await open(t);
  const theirs = String(cluster.cache.named('theirs-box')[0]?.containerId);
  /** The answer, and the engine if there is one. */
  const told = async (body: object, name: string) => {
    const { status, text, body: answer } = await narrow('POST', '/containers/create', { ...sleeper, ...body });
    const engine = cluster.engines.find(({ containers }) => containers.has(answer.Id))?.id;
    if (engine) await admin('DELETE', `/containers/${answer.Id}`);
    return { status, engine, text: engine ? '' : text.replaceAll(name, 'NAME') };
  };
  const pairs = [
    ['theirs-box', 'no-such-box'],
    ['a/theirs-box', 'a/no-such-box'],
    ['*irs-box', '*such-box'],
    ['a/*irs-box', 'a/*such-box'],
    [theirs, 'f'.repeat(64)],
  ] as const;
  for (const [there, none] of pairs)
    for (const operator of ['==', '!=', '==~', '!=~']) {
      const body = (name: string) => ({ Env: [`affinity:container${operator}${name}`] });
      t.deepEqual(await told(body(there), there), await told(body(none), none), `${operator}${there}`);
    }
  for (const operator of ['==', '!=', '==~', '!=~']) {
    const body = (name: string) => ({ Env: [`affinity:image${operator}${name}`] });
    t.deepEqual(await told(body('demo/theirs:1'), 'demo/theirs:1'), await told(body('demo/none:1'), 'demo/none:1'));
  }
  for (const [there, none] of pairs.filter(([name]) => !name.includes('*')))
    for (const body of [
      (name: string) => ({ HostConfig: { VolumesFrom: [name] } }),
      (name: string) => ({ HostConfig: { NetworkMode: `container:${name}` } }),
      (name: string) => ({ HostConfig: { IpcMode: `container:${name}` } }),
      (name: string) => ({ HostConfig: { PidMode: `container:${name}` } }),
      (name: string) => ({ HostConfig: { Links: [`${name}:x`] } }),
    ])
      t.deepEqual(await told(body(there), there), await told(body(none), none), JSON.stringify(body(there)));
  const refused = await told({ Env: ['affinity:container==theirs-box'] }, 'no name');
  t.is(refused.status, 409);
  t.regex(refused.text, /container@ours==theirs-box is not met: no such container is there \(engines: 2\)/);
  t.like(await told({ Env: ['affinity:container==ours-box'] }, 'x'), { status: 201, engine: 'a' });
  t.like(await told({ Env: ['affinity:container!=ours-box'] }, 'x'), { status: 201, engine: 'b' });
  const named = await told({ Env: ['affinity:container@theirs==theirs-box'] }, 'x');
  t.is(named.status, 403);
  t.regex(named.text, /project theirs is beyond that/);
});

test('volumes and networks belong to the project that their label names', async (t) => {
  const { cluster, admin, narrow } = await open(t);
  for (const [kind, word] of [
    ['volumes', 'get theirs: no such volume'],
    ['networks', 'network theirs not found'],
  ] as const) {
    const label = { 'satsuma.project': 'theirs' };
    t.is((await admin('POST', `/${kind}/create`, { Name: 'theirs', Labels: label })).status, 201);
    t.is((await admin('POST', `/${kind}/create`, { Name: 'nobodys' })).status, 201);
    const made = await narrow('POST', `/${kind}/create`, { Name: 'mine', Labels: { tier: 'db' } });
    t.is(made.status, 201, made.text);
    for (const engine of cluster.engines)
      for (const [name, { labels }] of engine[kind])
        engine.relayed.set(`GET /${kind}/${name}`, { body: { Name: name, Id: name, Labels: labels } });
    const documents = (id: string) =>
      [...engineOf(cluster, id)[kind]].map(([Name, { labels }]) => ({ Name, Labels: labels }));
    for (const { id, relayed } of cluster.engines)
      relayed.set(`GET /${kind}`, { body: kind === 'volumes' ? { Volumes: documents(id) } : documents(id) });
    const { body } = await narrow('GET', `/${kind}`);
    const shown = (kind === 'volumes' ? body.Volumes : body) as { Name: string; Labels: object }[];
    t.deepEqual(
      shown.map(({ Name, Labels }) => ({ Name, Labels })),
      [{ Name: 'mine', Labels: { tier: 'db', 'satsuma.project': 'ours' } }],
    );
    t.is((await narrow('GET', `/${kind}/mine`)).status, 200);
    for (const name of ['theirs', 'nobodys', 'a/theirs', 'b/theirs', 'none']) {
      const [get, remove] = [await narrow('GET', `/${kind}/${name}`), await narrow('DELETE', `/${kind}/${name}`)];
      for (const answer of [get, remove]) {
        t.is(answer.status, 404, name);
        t.is(answer.body.message, word.replace('theirs', name.replace(/^[ab]\//, '')));
      }
    }
    const again = await narrow('POST', `/${kind}/create`, { Name: 'theirs' });
    t.is(again.status, 409, again.text);
    t.is(again.body.message, 'what this needs is taken or in use');
    const beyond = await narrow('POST', `/${kind}/create`, { Name: 'other', Labels: label });
    t.is(beyond.status, 403, beyond.text);
    const filters = JSON.stringify({ all: ['1'] });
    const pruned = await narrow('POST', `/${kind}/prune${kind === 'volumes' ? `?filters=${filters}` : ''}`);
    t.is(pruned.status, 200, pruned.text);
    t.deepEqual(pruned.body[kind === 'volumes' ? 'VolumesDeleted' : 'NetworksDeleted'], ['mine']);
  }
});

test('a program in a container of others is not there, and the container is not told', async (t) => {
  const { cluster, admin, narrow } = await open(t);
  const container = String(cluster.cache.named('theirs-box')[0]?.containerId);
  const { body } = await admin('POST', `/containers/${container}/exec`, { Cmd: ['id'] });
  for (const [method, path] of [
    ['GET', 'json'],
    ['POST', 'start'],
    ['POST', 'resize?h=1&w=1'],
  ] as const) {
    const answer = await narrow(
      method,
      `/exec/${body.Id}/${path}`,
      method === 'POST' && path === 'start' ? {} : undefined,
    );
    t.is(answer.status, 404, path);
    t.is(answer.body.message, `No such exec instance: ${body.Id}`);
  }
});

test('no container mounts the volume of another project, or joins its network', async (t) => {
  const { cluster, admin, narrow } = await open(t);
  const labels = { 'satsuma.project': 'theirs' };
  await engineOf(cluster, 'a').createVolume({ name: 'labelled', labels });
  await engineOf(cluster, 'a').createNetwork({ name: 'labelled', labels });
  const used = { ...sleeper, Labels: labels, HostConfig: { Binds: ['used:/x'] } };
  t.is((await admin('POST', '/containers/create', used)).status, 201);
  const status = async (HostConfig: object) =>
    (await narrow('POST', '/containers/create', { ...sleeper, HostConfig })).status;
  t.is(await status({ Binds: ['labelled:/x'] }), 409);
  t.is(await status({ Mounts: [{ Type: 'volume', Source: 'labelled', Target: '/x' }] }), 409);
  t.is(await status({ NetworkMode: 'labelled' }), 409);
  t.is(await status({ Binds: ['used:/x'] }), 403, 'it has no label, and a container of theirs has it');
  t.is(await status({ Binds: ['fresh:/x'] }), 201);
  t.is(await status({ Binds: ['fresh:/x'] }), 201, 'it is their own by now');
});

test('a network tells of the containers that are within alone, and those are connected to networks of theirs', async (t) => {
  const { cluster, admin, narrow } = await open(t);
  const engine = engineOf(cluster, 'a');
  const [ours, theirs] = ['ours-box', 'theirs-box'].map((name) => String(cluster.cache.named(name)[0]?.containerId));
  const Containers = { [String(ours)]: { Name: 'ours-box' }, [String(theirs)]: { Name: 'theirs-box' } };
  const document = { Name: 'bridge', Id: 'b', Containers, Peers: [{ IP: '10.0.0.1' }] };
  engine.relayed.set('GET /networks/bridge', { body: document });
  engine.relayed.set('GET /networks', { body: [document] });
  t.deepEqual((await narrow('GET', '/networks/bridge')).body.Containers, { [String(ours)]: { Name: 'ours-box' } });
  t.notRegex((await narrow('GET', '/networks')).text, /theirs|10\.0\.0\.1/);
  t.regex((await admin('GET', '/networks/bridge')).text, /theirs.*10\.0\.0\.1/);
  for (const name of ['ours', 'theirs']) {
    const labels = { 'satsuma.project': name };
    await engine.createNetwork({ name: `${name}-net`, labels });
    engine.relayed.set(`GET /networks/${name}-net`, {
      body: { Name: `${name}-net`, Id: `${name}-net`, Labels: labels },
    });
  }
  const connect = async (network: string, Container: string) =>
    (await narrow('POST', `/networks/${network}/connect`, { Container })).status;
  t.is(await connect('theirs-net', 'ours-box'), 404);
  t.is(await connect('ours-net', 'theirs-box'), 404);
  t.is(await connect('ours-net', 'ours-box'), 200);
});

test('events are those of the containers that are within', async (t) => {
  const { cluster, narrow, admin } = await open(t);
  const engine = engineOf(cluster, 'a');
  const ours = cluster.cache.named('ours-box')[0]?.containerId;
  const ofProject = (project: string) => ({ 'satsuma.reservation': 'r', 'satsuma.project': project });
  const events = [
    { Type: 'container', Action: 'start', Actor: { ID: 'gone', Attributes: { name: 'gone', ...ofProject('ours') } } },
    { Type: 'container', Action: 'start', Actor: { ID: 't', Attributes: { name: 'hidden', ...ofProject('theirs') } } },
    {
      Type: 'container',
      Action: 'start',
      Actor: { ID: 'd', Attributes: { name: 'hidden', 'satsuma.reservation': 'd' } },
    },
    { Type: 'container', Action: 'start', Actor: { ID: 'f', Attributes: { name: 'hidden' } } },
    { Type: 'network', Action: 'connect', Actor: { ID: 'n', Attributes: { name: 'net', container: ours } } },
    { Type: 'network', Action: 'connect', Actor: { ID: 'n', Attributes: { name: 'hidden', container: 'hidden' } } },
    { Type: 'image', Action: 'pull', Actor: { ID: 'i', Attributes: { name: 'hidden' } } },
  ];
  engine.relayed.set('GET /events', { body: events.map((each) => `${JSON.stringify(each)}\n`).join('') });
  const narrowed = (await narrow('GET', '/events?until=1')).text;
  t.deepEqual(narrowed.match(/"name":"\w+"/g), ['"name":"gone"', '"name":"net"']);
  t.is((await admin('GET', '/events?until=1')).text.match(/hidden/g)?.length, 6);
  const blind = await open(t, { engineLabels: ['zone=b'] });
  t.is((await blind.narrow('GET', '/events?until=1')).status, 404);
});

test('images are those that their containers have, and are pulled where they are missing', async (t) => {
  const { cluster, narrow, admin } = await open(t);
  const engine = engineOf(cluster, 'a');
  const both = { Id: 'sha256:1', RepoTags: ['demo/ours:1', 'demo/theirs:1'], RepoDigests: ['demo/theirs@sha256:2'] };
  const other = { Id: 'sha256:3', RepoTags: ['demo/theirs:2'], RepoDigests: null };
  engine.relayed.set('GET /images/json', { body: [both, other] });
  const { body } = await narrow('GET', '/images/json?manifests=1');
  t.deepEqual(body, [{ Id: 'sha256:1', RepoTags: ['demo/ours:1'], RepoDigests: [] }]);
  t.is(engine.relays.at(-1)?.query?.has('manifests'), false);
  t.is((await admin('GET', '/images/json')).body.length, 2);
  for (const name of ['demo/ours:1', 'sha256:1111', 'sha256:3333'])
    engine.relayed.set(`GET /images/${name}/json`, { body: name.endsWith('3') ? other : both });
  t.deepEqual((await narrow('GET', '/images/demo/ours:1/json')).body.RepoTags, ['demo/ours:1']);
  t.deepEqual((await narrow('GET', '/images/sha256:1111/json')).body.RepoTags, ['demo/ours:1']);
  t.is((await narrow('GET', '/images/sha256:3333/json')).status, 404);
  for (const { registry, images } of cluster.engines) {
    registry.add('demo/new:1');
    images.add('demo/ours:1');
  }
  const pulls = () => cluster.engines.flatMap(({ calls }) => calls.filter((call) => /^pull/.test(String(call))));
  t.regex((await narrow('POST', '/images/create?fromImage=demo/new&tag=1')).text, /demo\/new:1 on all engines/);
  t.is(pulls().length, 2);
  await narrow('POST', '/images/create?fromImage=demo/ours&tag=1');
  t.is(pulls().length, 2, 'what is there stays what it is');
  t.is((await narrow('POST', '/images/create?fromSrc=-')).status, 403);
});

test('whoever may only look makes nothing, and sees the same', async (t) => {
  const { narrow } = await open(t, { projects: ['ours'] }, 'viewer');
  for (const path of ['/volumes/create', '/networks/create', '/images/create?fromImage=a', '/auth'])
    t.is((await narrow('POST', path, { Name: 'x' })).status, 403, path);
  t.is((await narrow('GET', '/images/demo/ours:1/json')).status, 403);
  for (const path of ['/version', '/info', '/volumes', '/networks', '/images/json'])
    t.not((await narrow('GET', path)).status, 403, path);
});

test('engines without the labels are neither told of nor used', async (t) => {
  const { cluster, admin, narrow } = await open(t, { engineLabels: ['zone=b'] });
  await updateEngine(cluster, 'b', { labels: ['zone=b'] });
  for (const kind of ['volumes', 'networks']) {
    t.is((await admin('POST', `/${kind}/create`, { Name: 'a/far' })).status, 201);
    t.is((await narrow('POST', `/${kind}/create`, { Name: 'a/near' })).status, 404);
    t.is((await narrow('POST', `/${kind}/create`, { Name: 'near' })).status, 201);
    t.is((await narrow('DELETE', `/${kind}/far`)).status, 404);
  }
  t.true(engineOf(cluster, 'b').volumes.has('near'));
  const overlay = await narrow('POST', '/networks/create', { Name: 'wide', Driver: 'overlay' });
  t.is(overlay.status, 403, overlay.text);
});
