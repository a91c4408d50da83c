import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import { SatsumaError } from '../../src/model/errors.ts';
import { resyncAll } from '../fixtures/harness.ts';
import { openDoor, openOther } from './open-door.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const redis = {
  name: 'demo/busybox:1',
  bind_ports: [{ proto: 'tcp', port: 6379, container_port: 6379 }],
  type: 'multi',
};

test('the front page and the health checks answer', async (t) => {
  const { call } = await openDoor(t);
  t.deepEqual((await call('GET', '/')).body, { ok: true, data: 'Hello world! GET /apiv1/' });
  t.is((await call('GET', '/healthz')).status, 200);
  t.is((await call('GET', '/readyz')).status, 200);
});

test('the API lists what there is', async (t) => {
  const { call, server } = await openDoor(t);
  const { status, body } = await call('GET', '/apiv1/');
  t.is(status, 200);
  t.is(body.data.length, server.table().length);
  for (const path of ['/apiv1/containers', '/apiv1/service/{name}', '/healthz']) {
    t.true(
      body.data.some((each: object) => isDeepStrictEqual(each, { method: 'GET', path })),
      path,
    );
  }
  t.deepEqual((await call('GET', '/apiv1')).body, body);
});

test('a body may begin with a byte order mark', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  const body = `\ufeff${JSON.stringify(redis)}`;
  t.is((await call('POST', '/apiv1/plan', body)).status, 200);
  const bad = `\ufeff{"name":"redis","__proto__":{}}`;
  t.like(await call('POST', '/apiv1/plan', bad), { status: 400, body: { data: '"__proto__" is not allowed' } });
  t.like(await call('POST', '/apiv1/plan', '\ufeff{name}'), { status: 400, body: { data: 'the body is not JSON' } });
  t.regex((await call('POST', '/apiv1/plan', '\ufeff{"name":"a\\u0000"}')).body.data, /^"name" has a NUL/);
});

test('host and domain names are taken as docker takes them, and volumes', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  const volumes = ['/a', '/srv/a b:/b', 'data:/c:ro', '/d:/d:rw,z,rslave', '/a:/a', '/e:/e:nocopy'];
  for (const hostname of ['web_1', '1', 'web.example.org', '_']) {
    const answer = await call('POST', '/apiv1/plan', { ...redis, hostname, domain: 'local_domain', volumes });
    t.is(answer.status, 200, JSON.stringify(answer.body));
  }
});

test('what Go says for nothing is nothing', async (t) => {
  const { cluster, call } = await openDoor(t, { engines: 1 });
  const bastion = await openOther(cluster, 'bastion', {});
  // As Shipyard's page sends it.
  const page = {
    ...{ name: 'demo/busybox:1', cpus: 0.1, memory: 256.0, type: 'service', hostname: '', domain: '' },
    ...{ environment: null, args: null, entrypoint: null, labels: null, volumes: null, links: null, user_data: null },
    ...{ publish: null, network_mode: '', container_name: '', constraints: null, strategy: null },
    bind_ports: [{ proto: '', host_ip: null, port: null, container_port: 80 }],
    restart_policy: { name: 'no', maximum_retry: 0 },
  };
  const run = await bastion('POST', '/run', page);
  t.is(run.status, 201, JSON.stringify(run.body));
  const { bind_ports, ...image } = run.body.image;
  const rest = { cpus: 0.1, memory: 256, type: 'service', restart_policy: { name: 'no' } };
  t.deepEqual(image, { name: 'demo/busybox:1', ...rest });
  t.is(bind_ports[0].proto, 'tcp');
  for (const restart_policy of [null, { name: '', maximum_retry: null }, { name: 'always', maximum_retry: 0 }]) {
    t.is((await call('POST', '/apiv1/plan', { ...page, restart_policy })).status, 200);
  }
  t.is((await call('POST', '/apiv1/plan', { ...page, memory: 256.5 })).status, 400);
  t.is((await call('POST', '/apiv1/plan', { ...page, Name: 'redis' })).status, 400, 'an unknown field');
  t.is((await call('POST', '/apiv1/plan', { ...page, cpus: '' })).status, 400);
  const engine = { id: 'z', addr: 'https://10.0.0.9:2376', cpus: null, memory: null, labels: null };
  t.is((await call('POST', '/apiv1/engine', engine)).status, 201);
});

test('an engine is registered by a body that curl -d sends, and answered with its five fields', async (t) => {
  const { call } = await openDoor(t);
  const engine = { id: 'boot2docker', addr: 'https://192.168.59.103:2376', cpus: 4, memory: 32000, labels: ['local'] };
  t.like(await call('POST', '/apiv1/engine', engine, form), { status: 201, body: { ok: true, data: engine } });
  const { body } = await call('GET', '/apiv1/engines');
  t.like(body.data[0], {
    ...engine,
    status: 'ok',
    version: '27.0.0',
    reserved_cpus: 0,
    reserved_memory: 0,
    containers: 0,
  });
  t.is((await call('POST', '/apiv1/engine', engine)).body.code, 'engine_exists');
});

test('a container runs, is listed in the shape of the README, and is destroyed in its words', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  const ran = await call('POST', '/apiv1/container', redis, form);
  t.is(ran.status, 201);
  t.deepEqual(Object.keys(ran.body.data), ['id', 'image', 'engine', 'ports']);
  t.deepEqual(ran.body.data.image, { ...redis, restart_policy: {} });
  t.deepEqual(ran.body.data.ports, [{ proto: 'tcp', host_ip: '0.0.0.0', port: 6379, container_port: 6379 }]);
  const { body } = await call('GET', '/apiv1/engine/a/containers');
  const [listed] = body.data;
  t.is(listed.name, ran.body.name);
  t.like(listed, { id: ran.body.data.id, state: 'running', ports: ran.body.data.ports });
  t.like(listed.image, {
    name: 'demo/busybox:1',
    type: 'multi',
    labels: [],
    restart_policy: {},
    network_mode: 'bridge',
  });
  t.deepEqual(Object.keys(listed.engine), ['id', 'addr', 'cpus', 'memory', 'labels']);
  const gone = await call('DELETE', `/apiv1/engine/a/container${listed.name}`);
  t.is(gone.status, 202);
  t.is(
    gone.body.data,
    `Container container ${listed.name} Image demo/busybox:1 Engine a destroyed on engine engine a addr https://a.test:2376`,
  );
  t.is((await call('DELETE', `/apiv1/engine/a/container${listed.name}`)).status, 404);
});

test('a container is found by its id, the beginning of it, and its name with or without a slash', async (t) => {
  const { call } = await openDoor(t, { engines: 2 });
  const { body } = await call('POST', '/apiv1/container', { ...redis, container_name: 'web' });
  const { id } = body.data;
  for (const reference of [id, id.slice(0, 8), 'web', '/web', '%2Fweb']) {
    const { status, body: found } = await call('GET', `/apiv1/container/${reference}`);
    t.is(status, 200, reference);
    t.is(found.data.id, id);
  }
  const { placement } = (await call('GET', `/apiv1/container/${id}`)).body.data;
  t.like(placement, { type: 'multi', strategy: 'binpack', candidates: 2, refused: 0 });
  t.true(placement.claims.some(({ key }: { key: string }) => key === 'port/tcp/6379'));
});

test('a name that two engines have is ambiguous', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  for (const engine of cluster.engines) engine.runForeign('web');
  await resyncAll(cluster);
  const { status, body } = await call('DELETE', '/apiv1/container/web');
  t.is(status, 409);
  t.regex(body.data, /web could be any of .* \(web on a\), .* \(web on b\): use the id$/);
});

test('containers that others started are listed in the same shape, and have no placement', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  const id = cluster.engines[0]?.runForeign('theirs');
  const { body } = await call('GET', '/apiv1/containers?consistent=true');
  t.like(body, { ok: true, errors: [] });
  t.like(body.data[0], { id, name: '/theirs', image: { type: '', labels: [] }, state: 'running' });
  t.is((await call('GET', `/apiv1/container/${id}`)).body.data.placement, null);
});

test('a list is JSON from however many engines, also where some have nothing, and has no body for HEAD', async (t) => {
  const { call, cluster, server } = await openDoor(t, { engines: 3 });
  t.deepEqual((await call('GET', '/apiv1/containers')).body, { ok: true, data: [], errors: [] });
  cluster.engines[1]?.runForeign('one');
  cluster.engines[2]?.runForeign('two');
  cluster.engines[2]?.runForeign('ünï');
  await resyncAll(cluster);
  const { status, body, headers } = await call('GET', '/apiv1/containers');
  t.deepEqual([status, headers['content-type']], [200, 'application/json; charset=utf-8']);
  t.deepEqual(
    body.data.map(({ name }: { name: string }) => name),
    ['/one', '/two', '/ünï'],
  );
  const head = await server.inject({ method: 'HEAD', url: '/apiv1/containers', headers: { host: 'localhost' } });
  t.deepEqual([head.statusCode, head.payload], [200, '']);
});

test('a list that asks first has what healthy engines say, and names the one that does not answer', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  for (const engine of cluster.engines) engine.runForeign('web');
  cluster.engines[0]?.fail('listContainers', 'engine_timeout');
  const { status, body } = await call('GET', '/apiv1/containers?consistent');
  t.is(status, 200);
  t.deepEqual(
    body.data.map(({ engine }: { engine: { id: string } }) => engine.id),
    ['b'],
  );
  t.like(body.errors[0], { engine: 'a', code: 'engine_timeout' });
});

test('a list that asks first waits 2 s for an engine that hangs, and gives what the others said', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  for (const engine of cluster.engines) engine.runForeign('web');
  cluster.engines[0]?.latencyMs.set('listContainers', 40_000);
  const asked = performance.now();
  const { body } = await call('GET', '/apiv1/containers?consistent=true');
  const took = performance.now() - asked;
  t.true(took > 1_900 && took < 30_000, `${took}`);
  t.is(body.data.length, 1);
  t.like(body.errors[0], { engine: 'a', code: 'engine_timeout', message: 'engine a did not answer within 2000 ms' });
});

test('consistent=true looks at the engines before it answers', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  cluster.engines[0]?.runForeign('theirs');
  t.is((await call('GET', '/apiv1/cluster')).body.data.container_count, 0, 'nobody has looked since');
  t.is((await call('GET', '/apiv1/cluster?consistent=true')).body.data.container_count, 1);
  cluster.engines[1]?.fail('any', 'engine_unreachable');
  t.is((await call('GET', '/apiv1/engine/b')).body.data.status, 'ok');
  t.is((await call('GET', '/apiv1/engine/b?consistent=true')).body.data.status, 'down');
  t.is((await call('GET', '/apiv1/engines?consistent')).body.data[1].status, 'down');
  t.is((await call('GET', '/apiv1/engine/z?consistent')).status, 404);
});

test('lists are filtered', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  await call('POST', '/apiv1/container', { ...redis, type: 'label', labels: ['on-b'], container_name: 'ours' });
  cluster.engines[0]?.exit(cluster.engines[0].runForeign('stopped'));
  await resyncAll(cluster);
  const names = async (query: string) =>
    (await call('GET', `/apiv1/containers?${query}`)).body.data.map(({ name }: { name: string }) => name);
  t.deepEqual(await names(''), ['/ours']);
  t.deepEqual(await names('all=true'), ['/stopped', '/ours']);
  t.deepEqual(await names('all'), ['/stopped', '/ours']);
  t.deepEqual(await names('all=true&engine=a'), ['/stopped']);
  t.deepEqual(await names('label=on-b'), ['/ours']);
  t.deepEqual(await names('state=exited'), ['/stopped']);
  t.deepEqual(await names('image=demo/busybox:2'), []);
});

test('a list comes in pages, and what is no cursor, order or limit is refused', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  for (const engine of cluster.engines) for (const name of ['x', 'y']) engine.runForeign(`${name}-${engine.id}`);
  await resyncAll(cluster);
  const page = async (query: string) => {
    const { body } = await call('GET', `/apiv1/containers?${query}`);
    return { names: body.data.map(({ name }: { name: string }) => name), next: body.next };
  };
  const first = await page('limit=3');
  t.deepEqual(first.names, ['/x-a', '/y-a', '/x-b']);
  t.deepEqual(await page(`limit=3&after=${first.next}`), { names: ['/y-b'], next: undefined });
  t.deepEqual((await page('sort=-name&limit=1')).names, ['/y-b']);
  for (const query of ['after=nonsense', `after=${first.next}&sort=name`, 'sort=colour', 'limit=0', 'limit=x']) {
    const { status, body } = await call('GET', `/apiv1/containers?${query}`);
    t.deepEqual([status, body.code], [400, 'invalid'], query);
  }
});

test('an engine that stops answering keeps its containers in the list, stale, and costs no wait', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  for (const engine of cluster.engines) engine.runForeign('web');
  await resyncAll(cluster);
  cluster.engines[0]?.fail('any', 'engine_unreachable');
  await resyncAll(cluster);
  const { body } = await call('GET', '/apiv1/containers');
  t.deepEqual(
    body.data.map(({ engine, stale }: { engine: { id: string }; stale?: boolean }) => [engine.id, stale]),
    [
      ['a', true],
      ['b', undefined],
    ],
  );
  t.regex(body.data[0].observed_at, /^\d{4}-/);
  t.like(body.errors, [{ engine: 'a', code: 'engine_unreachable' }]);
  const ofEngine = await call('GET', '/apiv1/engine/a/containers');
  t.like(ofEngine.body.data, [{ name: '/web', stale: true }]);
});

test('a plan says where and why, and changes nothing', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  const before = await cluster.store.head();
  const { status, body } = await call('POST', '/apiv1/plan', { ...redis, labels: ['on-b'] });
  t.is(status, 200);
  t.is(body.data.engine, 'b');
  t.is(body.data.candidates.length, 1);
  t.like(body.data.refused.engines[0], { engine: 'a', code: 'label_missing' });
  t.is(await cluster.store.head(), before);
});

test('a verb that a path of a container does not have is no name of a container', async (t) => {
  const { call } = await openDoor(t);
  t.like(await call('GET', '/apiv1/container/web/exec'), { status: 404, body: { code: 'no_such_route' } });
  t.like(await call('DELETE', '/apiv1/container/web/logs'), { status: 404, body: { code: 'no_such_route' } });
  t.like(await call('GET', '/apiv1/container/%2Fweb'), { status: 404, body: { code: 'no_such_container' } });
  t.like(await call('GET', '/apiv1/container//web'), { status: 404, body: { code: 'no_such_container' } });
});

test('what cannot be placed is 422 with the reasons by engine, and counted', async (t) => {
  const { call } = await openDoor(t, { engines: 2 });
  const { status, body } = await call('POST', '/apiv1/container', { ...redis, memory: 9000 });
  t.is(status, 422);
  t.like(body, { ok: false, data: 'no eligible engines to run image', code: 'unschedulable' });
  t.is(typeof body.details.advice[0].message, 'string', 'a way out');
  t.deepEqual(body.details.counts, [{ message: '9000 MB of memory wanted, 8192 of 8192 free', engines: 2 }]);
});

test('an engine is changed, and removed', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  t.like((await call('PATCH', '/apiv1/engine/a', { status: 'maintenance', cpus: 2 })).body.data, {
    status: 'maintenance',
    cpus: 2,
  });
  t.is((await call('PATCH', '/apiv1/engine/a', {})).status, 400);
  t.is((await call('PATCH', '/apiv1/engine/a', { status: 'down' })).status, 400);
  t.is((await call('DELETE', '/apiv1/engine/a')).status, 202);
  t.like(await call('GET', '/apiv1/engine/a'), {
    status: 404,
    body: { code: 'no_such_engine', data: 'No engine found with ID a' },
  });
});

test('the schedulers are listed with what they check, composed ones too', async (t) => {
  const { call } = await openDoor(t, { composed: { web: ['label', 'port'] } });
  const { schedulers, strategies, default_strategy } = (await call('GET', '/apiv1/schedulers')).body.data;
  t.true(schedulers.some(({ name }: { name: string }) => name === 'web'));
  t.deepEqual(strategies, ['binpack', 'spread', 'round-robin', 'random']);
  t.is(default_strategy, 'binpack');
});

test('every answer carries a request id, an error’s too', async (t) => {
  const { call } = await openDoor(t);
  const ids = [await call('GET', '/'), await call('GET', '/nowhere')].map(({ headers }) => headers['x-request-id']);
  t.regex(String(ids[0]), /^[0-9a-f]{16}$/);
  t.not(ids[0], ids[1]);
  t.is((await call('GET', '/nowhere')).body.code, 'no_such_route');
});

test('a store that is away is 503, and the process stays alive', async (t) => {
  const away = async () => {
    throw new SatsumaError('store_unavailable', 'redis at 127.0.0.1:6379 does not answer');
  };
  const { call } = await openDoor(t, { wrap: (store) => Object.assign(Object.create(store), { ping: away }) });
  t.like(await call('GET', '/readyz'), { status: 503, body: { ok: false, code: 'store_unavailable' } });
  t.is((await call('GET', '/healthz')).status, 200);
});

test('what nobody foresaw is a bare 500 that tells nothing but where to look', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  Object.assign(cluster.engines[0] ?? {}, { listContainers: () => Promise.reject(new Error('password=hunter2')) });
  const { status, body } = await call('GET', '/apiv1/engine/a/containers?consistent');
  t.is(status, 500);
  t.regex(body.data, /^internal error: see the server's log for request [0-9a-f]{16}$/);
});

test('a web page on another site cannot use the browser of whoever looks at it', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  const foreign = { origin: 'https://evil.example', 'content-type': 'text/plain' };
  t.is((await call('POST', '/apiv1/container', redis, foreign)).status, 403);
  t.is((await call('GET', '/apiv1/engines', undefined, { host: 'evil.example' })).status, 403);
  t.is(
    (await call('GET', '/apiv1/engines', undefined, { origin: 'http://localhost:8080', host: 'localhost:8080' }))
      .status,
    200,
  );
  t.is((await call('GET', '/apiv1/engines', undefined, { host: '127.0.0.1:8080' })).status, 200);
  t.is(cluster.engines[0]?.containers.size, 0);
});
