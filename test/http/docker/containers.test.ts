import test from 'ava';
import { SatsumaError } from '../../../src/model/errors.ts';
import { engineOf, openDocker, sleeper } from './docker-door.ts';

test('a ping tells the version that all engines speak, with and without a version in the path', async (t) => {
  const { docker } = await openDocker(t);
  for (const path of ['/_ping', '/v1.24/_ping']) {
    const { status, body, headers } = await docker('GET', path);
    t.is(status, 200);
    t.is(body, 'OK');
    t.regex(String(headers['api-version']), /^1\.\d\d$/);
    t.is(headers.ostype, 'linux');
  }
  t.is((await docker('HEAD', '/_ping')).status, 200);
  t.is((await docker('GET', '/version')).body.MinAPIVersion, '1.24');
});

test('a version that the engines do not speak is refused in Docker’s words', async (t) => {
  const { docker } = await openDocker(t);
  const { status, body } = await docker('GET', '/v1.99/containers/json');
  t.is(status, 400);
  t.regex(body.message, /^client version 1\.99 is too new\. Maximum supported API version is 1\.\d\d$/);
  t.regex((await docker('GET', '/v1.23/_ping')).body.message, /^client version 1\.23 is too old/);
});

test('a container is created and not started, started, stopped and removed with Docker’s statuses', async (t) => {
  const { cluster, docker, call, create } = await openDocker(t);
  const id = await create({}, '?name=web');
  const engine = cluster.engines.find((each) => each.containers.has(id));
  t.is(engine?.containers.get(id)?.state, 'created');
  t.is((await call('GET', '/apiv1/container/web')).body.data.id, id);
  const ask = async (method: string, path: string) => (await docker(method, `/v1.41/containers/${path}`)).status;
  const before = engine?.calls.length;
  t.is(await ask('POST', 'web/start'), 204);
  const made = engine?.calls.slice(before).map((each) => each.split(' ', 1)[0]);
  t.deepEqual(made, ['startContainer', 'listContainers'], 'it holds its claims already: nothing is asked before');
  t.is(await ask('POST', 'web/start'), 304);
  t.is(engine?.containers.get(id)?.state, 'running');
  t.is(await ask('POST', 'web/pause'), 204);
  t.is(await ask('POST', 'web/pause'), 409);
  t.is(await ask('POST', 'web/unpause'), 204);
  t.is(await ask('POST', 'web/unpause'), 409);
  t.is(await ask('POST', 'web/restart?t=1'), 204);
  t.is(await ask('DELETE', 'web'), 409);
  t.is(await ask('POST', 'web/stop?t=1'), 204);
  t.is(await ask('POST', 'web/stop'), 304);
  t.is(await ask('POST', 'web/kill'), 409);
  t.is(await ask('POST', 'web/rename?name=shop'), 204);
  t.is(await ask('DELETE', '/shop'), 204);
  t.is(await ask('DELETE', 'shop'), 404);
  t.is((await docker('POST', '/containers/shop/start')).body.message, 'No such container: shop');
});

test('a name in the body says nothing, as with Docker: that of the query is the container’s', async (t) => {
  const { cluster, create } = await openDocker(t, { engines: 1 });
  const id = await create({ name: 'other' }, '?name=web');
  t.is(engineOf(cluster, 'a').containers.get(id)?.name, 'web');
});

test('a name that is taken is 409, a body that makes no sense 400, and nothing is made', async (t) => {
  const { cluster, docker, create } = await openDocker(t);
  await create({}, '?name=web');
  const made = () => cluster.engines.reduce((sum, { containers }) => sum + containers.size, 0);
  const status = async (body: unknown, query = '') => {
    const answer = await docker('POST', `/containers/create${query}`, body);
    t.is(typeof answer.body.message, 'string');
    return answer.status;
  };
  t.is(await status(sleeper, '?name=web'), 409);
  const taken = await docker('POST', '/containers/create?name=web', sleeper);
  // Clients look for these words.
  t.regex(
    taken.body.message,
    /^Conflict\. The container name "\/web" is already in use by container "web" on engine \w+\. /,
  );
  t.is(await status(sleeper, '?name=%20'), 400);
  t.is(await status({ ...sleeper, Image: '' }), 400);
  t.is(await status({ ...sleeper, Env: 'A=b' }), 400);
  t.is(await status({ ...sleeper, Nonsense: true }), 400);
  t.is(await status({ ...sleeper, HostConfig: { NanoCpus: 1e9, CpuShares: 3 } }), 400);
  t.is(await status('{'), 400);
  t.is(made(), 1);
});

test('an error is of the type that Docker’s client reads', async (t) => {
  const { docker } = await openDocker(t);
  for (const path of ['/containers/none/json', '/nothing', '/v9.9/info'])
    t.is((await docker('GET', path)).headers['content-type'], 'application/json', path);
});

test('what does not fit is 409 with Satsuma’s reason', async (t) => {
  const { docker } = await openDocker(t);
  const { status, body } = await docker('POST', '/containers/create', {
    ...sleeper,
    Env: ['constraint:zone==mars'],
  });
  t.is(status, 409);
  t.regex(body.message, /zone==mars/);
});

test('classic Swarm’s words and labels of ours say where, and are not the container’s own', async (t) => {
  const { cluster, create } = await openDocker(t);
  const Labels = { 'com.docker.swarm.constraints': '["engine!=a"]', 'satsuma.strategy': 'spread', tier: 'web' };
  const id = await create({ Env: ['constraint:engine==b', 'A=b'], Labels });
  const container = engineOf(cluster, 'b').containers.get(id);
  t.deepEqual(container?.image.environment, { A: 'b' });
  t.deepEqual(container?.image.container_labels, { tier: 'web' });
  t.deepEqual(container?.image.constraints, ['engine==b', 'engine!=a']);
  t.is(container?.image.strategy, 'spread');
  t.is(container?.image.networks, undefined);
});

test('a label that would be Satsuma’s own is refused, and left out where it was read back', async (t) => {
  const { docker, create } = await openDocker(t);
  const refused = await docker('POST', '/containers/create', { ...sleeper, Labels: { 'satsuma.projekt': 'x' } });
  t.is(refused.status, 400);
  t.regex(refused.body.message, /satsuma\.projekt is not one of satsuma\.type/);
  await create({ Labels: { 'satsuma.reservation': 'r', 'satsuma.signature': 's', 'satsuma.claims': '[]' } });
});

test('which streams are attached stays with the container: clients attach by it', async (t) => {
  const { cluster, create } = await openDocker(t, { engines: 1 });
  const id = await create({ AttachStdin: true, AttachStdout: true, AttachStderr: false });
  const docker = engineOf(cluster, 'a').containers.get(id)?.image.docker;
  t.deepEqual(docker, { AttachStdin: true, AttachStdout: true });
});

test('another name for a container in a network is its own, and draws it beside that one', async (t) => {
  const { cluster, docker, create } = await openDocker(t);
  for (const engine of cluster.engines) await engine.createNetwork({ name: 'shop' });
  await create({ Env: ['constraint:engine==b'] }, '?name=db');
  const EndpointsConfig = { shop: { Links: ['db:store'] } };
  const id = await create({ NetworkingConfig: { EndpointsConfig }, HostConfig: { NetworkMode: 'shop' } });
  const made = engineOf(cluster, 'b').containers.get(id);
  t.deepEqual(made?.image.networks, [{ name: 'shop', links: ['db:store'] }]);
  const Links = ['nobody:x'];
  const refused = await docker('POST', '/containers/create', {
    ...{ ...sleeper, HostConfig: { NetworkMode: 'shop' }, NetworkingConfig: { EndpointsConfig: { shop: { Links } } } },
  });
  t.is(refused.status, 409);
  t.regex(refused.body.message, /nobody/);
});

test('networks of the body are those of the container, that of its mode first', async (t) => {
  const { cluster, create } = await openDocker(t, { engines: 1 });
  for (const name of ['front', 'back']) await engineOf(cluster, 'a').createNetwork({ name });
  const EndpointsConfig = { back: { Aliases: ['db'] }, front: { IPAMConfig: { IPv4Address: '10.1.0.9' } } };
  const id = await create({ HostConfig: { NetworkMode: 'front' }, NetworkingConfig: { EndpointsConfig } });
  t.deepEqual(engineOf(cluster, 'a').containers.get(id)?.image.networks, [
    { name: 'front', ip: '10.1.0.9' },
    { name: 'back', aliases: ['db'] },
  ]);
});

test('a network that the mode alone names draws the container to it', async (t) => {
  const { cluster, create } = await openDocker(t);
  await engineOf(cluster, 'b').createNetwork({ name: 'front' });
  for (const name of ['one', 'two', 'three']) {
    const id = await create({ HostConfig: { NetworkMode: 'front' }, NetworkingConfig: null }, `?name=${name}`);
    t.deepEqual(engineOf(cluster, 'b').containers.get(id)?.image.networks, [{ name: 'front' }]);
  }
  for (const NetworkMode of ['default', 'bridge', 'none', 'host']) {
    const id = await create({ HostConfig: { NetworkMode }, NetworkingConfig: undefined });
    const made = cluster.engines.find(({ containers }) => containers.has(id))?.containers.get(id);
    t.is(made?.image.networks, undefined, NetworkMode);
  }
});

test('what one engine says of a container is handed on in the client’s version, errors with their status', async (t) => {
  const { cluster, docker, create } = await openDocker(t, { engines: 1 });
  const id = await create({}, '?name=web');
  const engine = engineOf(cluster, 'a');
  engine.relayed.set(`GET /containers/${id}/json`, { body: { Id: id, Config: { Tty: false } } });
  engine.relayed.set(`GET /containers/${id}/top`, { status: 409, body: { message: 'Container is not running' } });
  engine.relayed.set(`GET /containers/${id}/logs`, { body: '"bytes"' });
  const { body } = await docker('GET', '/v1.30/containers/web/json?size=1');
  t.is(body.Id, id);
  t.is(body.Node.Name, 'a');
  t.is(engine.relays.at(-1)?.version, '1.30');
  t.is(engine.relays.at(-1)?.query?.get('size'), '1');
  const top = await docker('GET', '/containers/web/top');
  t.is(top.status, 409);
  t.deepEqual(top.body, { message: 'Container is not running' });
  t.is((await docker('GET', '/containers/web/top?ps_args=%3B')).status, 400);
  await docker('GET', '/containers/web/logs?follow=1&stdout=1&tail=3&nonsense=1');
  t.is(String(engine.relays.at(-1)?.query), 'follow=1&stdout=1&tail=3');
});

test('what is known of the cluster is told while the store is away', async (t) => {
  const { cluster, docker, create } = await openDocker(t);
  await create();
  cluster.cache.catchUp = () => Promise.reject(new SatsumaError('store_unavailable', 'the store is away'));
  const { status, body } = await docker('GET', '/v1.41/info');
  t.is(status, 200, JSON.stringify(body));
  t.is(body.Containers, 1);
  t.deepEqual(body.DriverStatus[0], ['Nodes', '2']);
});

test('what there is not is no page', async (t) => {
  const { docker } = await openDocker(t);
  t.deepEqual((await docker('GET', '/v1.41/nothing')).body, { message: 'page not found' });
  t.deepEqual(await docker('GET', '/v1.41/services').then(({ status, body }) => [status, body.message]), [
    404,
    'Docker\'s Swarm mode is not at this door: see "satsuma service"',
  ]);
  t.is((await docker('DELETE', '/images/none')).body.message, 'No such image: none');
});

test('a container of Compose that replaces another one takes its port when that one is stopped', async (t) => {
  const { cluster, docker, create } = await openDocker(t);
  const PortBindings = { '80/tcp': [{ HostPort: '8080' }] };
  const HostConfig = { ...sleeper.HostConfig, PortBindings, NanoCpus: 1e9 };
  const old = await create({ HostConfig }, '?name=shop-web-1');
  t.is((await docker('POST', '/containers/shop-web-1/start')).status, 204);
  const where = cluster.engines.find(({ containers }) => containers.has(old))?.id;
  const name = `${old.slice(0, 12)}_shop-web-1`;
  const Labels = { 'com.docker.compose.replace': old };
  const anew = await create({ HostConfig, Labels }, `?name=${name}`);
  t.true(engineOf(cluster, where ?? '').containers.has(anew), 'on the engine where the other one is');
  const claimed = () =>
    cluster.cache.reservations().flatMap(({ name, claims }) => claims.map(({ key }) => `${name} ${key}`));
  t.false(claimed().includes(`${name} port/tcp/8080`));
  t.is((await docker('POST', `/containers/${name}/start`)).status, 409);
  t.is((await docker('POST', '/containers/shop-web-1/stop?t=0')).status, 204);
  t.is((await docker('DELETE', '/containers/shop-web-1')).status, 204);
  t.is((await docker('POST', `/containers/${anew}/rename?name=shop-web-1`)).status, 204);
  t.is((await docker('POST', `/containers/${anew}/start`)).status, 204);
  t.true(claimed().includes('shop-web-1 port/tcp/8080'));
  const other = await create({ HostConfig, Labels }, `?name=${'0'.repeat(12)}_shop-web-1`);
  t.false(engineOf(cluster, where ?? '').containers.has(other), 'what replaces nothing is placed as any other');
});
