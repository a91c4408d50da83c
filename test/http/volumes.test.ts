import test, { type ExecutionContext } from 'ava';
import { openDoor } from './open-door.ts';

const open = (t: ExecutionContext) => openDoor(t, { engines: 2 });

test('volumes of all engines are listed, by pages, and an engine that fails costs its rows only', async (t) => {
  const { call, cluster } = await open(t);
  for (const engine of ['a', 'b']) {
    const { status, body } = await call('POST', '/apiv1/volume', { engine, name: 'data', labels: { team: 'web' } });
    t.is(status, 201);
    t.like(body.data, { engine, name: 'data', driver: 'local', labels: { team: 'web' } });
  }
  await call('POST', '/apiv1/volume', { engine: 'b', name: 'logs' });
  const rows = ({ body }: Awaited<ReturnType<typeof call>>) =>
    body.data.map(({ engine, name }: Record<string, string>) => `${engine}/${name}`);
  t.deepEqual(rows(await call('GET', '/apiv1/volumes')), ['a/data', 'b/data', 'b/logs']);
  t.deepEqual(rows(await call('GET', '/apiv1/volumes?name=data&engine=b')), ['b/data']);
  const first = await call('GET', '/apiv1/volumes?limit=2');
  t.deepEqual(rows(first), ['a/data', 'b/data']);
  t.deepEqual(rows(await call('GET', `/apiv1/volumes?limit=2&after=${first.body.next}`)), ['b/logs']);
  t.is((await call('GET', '/apiv1/volumes?after=nonsense')).status, 400);
  cluster.engines[0]?.fail('listVolumes', 'engine_timeout');
  const partly = await call('GET', '/apiv1/volumes');
  t.deepEqual(rows(partly), ['b/data', 'b/logs']);
  t.like(partly.body.errors, [{ engine: 'a', code: 'engine_timeout' }]);
});

test('a volume that is being copied says from where, on the engine that gets it', async (t) => {
  const { call, cluster } = await open(t);
  for (const engine of ['a', 'b']) await call('POST', '/apiv1/volume', { engine, name: 'data' });
  const write = async (isWhole: boolean) => {
    const value = { name: 'data', from: 'a', to: 'b', startedAt: new Date().toISOString(), isWhole };
    await cluster.store.write([{ kind: 'volume-copy', id: 'copy-1', value }]);
    await cluster.cache.catchUp();
  };
  const sources = async () => [
    ...(await call('GET', '/apiv1/volumes')).body.data.map((row: Record<string, string>) => row.copying_from),
    (await call('GET', '/apiv1/volume/b/data')).body.data.copying_from,
  ];
  await write(false);
  t.deepEqual(await sources(), [undefined, 'a', 'a']);
  await write(true);
  t.deepEqual(await sources(), [undefined, undefined, undefined]);
});

test('a volume that a container has is told with it, and stays', async (t) => {
  const { call } = await open(t);
  const image = {
    name: 'demo/busybox:1',
    type: 'host',
    labels: ['host:a'],
    container_name: 'db',
    volumes: ['data:/x'],
  };
  t.is((await call('POST', '/apiv1/container', image)).status, 201);
  t.deepEqual((await call('GET', '/apiv1/volume/a/data')).body.data.used_by, ['db']);
  t.like(await call('DELETE', '/apiv1/volume/a/data'), { status: 409, body: { code: 'volume_in_use' } });
  await call('DELETE', '/apiv1/container/db');
  t.is((await call('DELETE', '/apiv1/volume/a/data')).status, 202);
  t.like(await call('GET', '/apiv1/volume/a/data'), { status: 404, body: { code: 'no_such_volume' } });
  t.is((await call('GET', '/apiv1/volume/nobody/data')).status, 404);
});

test('a prune takes nothing that a container has, or that a service, a job or an image config names', async (t) => {
  const { call, cluster } = await open(t);
  const [a] = cluster.engines;
  for (const name of ['free', 'of-service', 'of-job', 'of-image', 'of-old-image', 'of-container'])
    await a?.createVolume({ name });
  await a?.createVolume({ name: '0'.repeat(64) });
  const image = (volume: string) => ({ name: 'demo/busybox:1', type: 'label', volumes: [`${volume}:/x`] });
  const created = [
    await call('POST', '/apiv1/service', { name: 'web', replicas: 0, image: image('of-service') }),
    await call('POST', '/apiv1/job', { name: 'night', image: image('of-job') }),
    await call('POST', '/apiv1/image', { name: 'saved', image: image('of-old-image') }),
  ];
  t.deepEqual(
    created.map(({ status }) => status),
    [201, 201, 201],
    JSON.stringify(created),
  );
  await call('PUT', '/apiv1/image/saved', { image: image('of-image') });
  a?.runForeign('other', image('of-container'));
  const prune = async (body: object) => (await call('POST', '/apiv1/volumes/prune', body)).body.data;
  const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => name);
  const dry = await prune({ all: true, dry_run: true });
  t.deepEqual(names(dry.removed), ['0'.repeat(64), 'free']);
  t.deepEqual(names(dry.kept), ['of-image', 'of-job', 'of-old-image', 'of-service']);
  t.is(dry.kept[3].reason, 'service web names it');
  t.is(a?.volumes.size, 7, 'nothing was removed');
  t.deepEqual(names((await prune({})).removed), ['0'.repeat(64)]);
  t.deepEqual(names((await prune({ all: true, engines: ['b'] })).removed), []);
  t.deepEqual(names((await prune({ all: true })).removed), ['free']);
  t.is(a?.volumes.size, 5);
});

test('networks are created, shown, joined, left and removed', async (t) => {
  const { call } = await open(t);
  const body = { scope: 'a', name: 'front', subnet: '10.5.0.0/16', gateway: '10.5.0.1', internal: true };
  const created = await call('POST', '/apiv1/network', body);
  t.is(created.status, 201);
  t.like(created.body.data, { engine: 'a', name: 'front', internal: true, subnets: [{ subnet: '10.5.0.0/16' }] });
  t.like(await call('POST', '/apiv1/network', body), { status: 409, body: { code: 'name_taken' } });
  const image = { name: 'demo/busybox:1', type: 'host', labels: ['host:a'], container_name: 'web' };
  await call('POST', '/apiv1/container', image);
  const connect = { container: 'web', aliases: ['db'], ip: '10.5.0.9' };
  t.is((await call('POST', '/apiv1/network/a/front/connect', connect)).status, 200);
  t.like(await call('POST', '/apiv1/network/a/front/connect', connect), { status: 409, body: { code: 'wrong_state' } });
  const { containers } = (await call('GET', '/apiv1/network/a/front')).body.data;
  t.like(containers, [{ name: 'web', ipv4: '10.5.0.9' }]);
  t.like(await call('DELETE', '/apiv1/network/a/front'), { status: 409, body: { code: 'network_in_use' } });
  t.like(await call('POST', '/apiv1/network/b/front/connect', connect), { status: 404 });
  t.is((await call('POST', '/apiv1/network/a/front/disconnect', { container: 'web' })).status, 200);
  t.is((await call('DELETE', '/apiv1/network/a/front')).status, 202);
});

test('a prune of networks keeps those of containers, also stopped ones, and those that are named', async (t) => {
  const { call, cluster } = await open(t);
  const [a] = cluster.engines;
  for (const name of ['free', 'stopped', 'named']) await a?.createNetwork({ name });
  const id = a?.runForeign('old', { network_mode: 'stopped' }) ?? '';
  a?.exit(id);
  const image = { name: 'demo/busybox:1', type: 'label', networks: [{ name: 'named', aliases: ['x'] }] };
  t.is((await call('POST', '/apiv1/image', { name: 'saved', image })).status, 201);
  const { data } = (await call('POST', '/apiv1/networks/prune', {})).body;
  t.deepEqual(data.removed, [{ engine: 'a', name: 'free' }]);
  t.deepEqual(
    data.kept.map(({ name, reason }: Record<string, string>) => `${name}: ${reason}`),
    ['named: image config saved names it', 'stopped: container old is in it'],
  );
});

for (const [what, path, body, field] of [
  ['a volume without an engine', 'volume', { name: 'data' }, 'engine'],
  ['a volume with a path for a name', 'volume', { engine: 'a', name: '/data' }, 'name'],
  ['an unknown field', 'volume', { engine: 'a', name: 'data', size: 1 }, 'size'],
  ['a subnet that is none', 'network', { name: 'front', scope: 'a', subnet: '10.5.0.0' }, 'subnet'],
  ['a gateway without a subnet', 'network', { name: 'front', scope: 'a', gateway: '10.5.0.1' }, ''],
  ['engines and labels', 'volumes/prune', { engines: ['a'], labels: ['ssd'] }, ''],
  ['a container that is none', 'network/a/front/connect', { container: 'a b' }, 'container'],
] as const) {
  test(`${what} is 400 with its path, and asks no engine`, async (t) => {
    const { call, cluster } = await open(t);
    const before = cluster.engines[0]?.calls.length;
    const answer = await call('POST', `/apiv1/${path}`, body);
    t.is(answer.status, 400);
    t.is(answer.body.details[0].path, field, JSON.stringify(answer.body));
    t.is(cluster.engines[0]?.calls.length, before);
  });
}

for (const [what, image, path] of [
  ['networks beside network_mode', { networks: ['front'], network_mode: 'bridge' }, 'networks'],
  ['the network of the host among networks', { networks: ['host'] }, 'networks'],
  ['an alias in the bridge', { networks: [{ name: 'bridge', aliases: ['db'] }] }, 'networks'],
  ['a network twice', { networks: ['front', { name: 'front' }] }, 'networks.1'],
  ['an address that is none', { networks: [{ name: 'front', ip: '10.5' }] }, 'networks.0.ip'],
  ['networks beside Docker’s own', { networks: ['front'], docker: { NetworkingConfig: {} } }, 'networks'],
  ['a platform that is none', { platform: 'Linux amd64' }, 'platform'],
] as const) {
  test(`an image config with ${what} is 400 before anything is made`, async (t) => {
    const { call, cluster } = await open(t);
    const { status, body } = await call('POST', '/apiv1/container', { name: 'demo/busybox:1', ...image });
    t.is(status, 400, JSON.stringify(body));
    t.is(body.details[0].path, path, JSON.stringify(body));
    t.false(cluster.engines.some(({ calls }) => calls.some((each) => each.startsWith('createContainer'))));
  });
}

test('a network without an engine needs a mesh, and one of another driver than overlay an engine', async (t) => {
  const { call } = await open(t);
  t.like(await call('POST', '/apiv1/network', { name: 'front' }), { status: 404, body: { code: 'no_mesh' } });
  const { status, body } = await call('POST', '/apiv1/network', { name: 'front', driver: 'bridge' });
  t.is(status, 400);
  t.regex(body.data, /the driver bridge belongs to one engine/);
});
