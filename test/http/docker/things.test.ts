import test from 'ava';
import { engineOf, openDocker } from './docker-door.ts';

test('an image that several engines have is one row, with all its names', async (t) => {
  const { cluster, docker } = await openDocker(t);
  const row = (Id: string, tag: string, Created: number) => ({ Id, RepoTags: [tag], Created });
  engineOf(cluster, 'a').relayed.set('GET /images/json', { body: [row('sha256:1', 'web:1', 1)] });
  engineOf(cluster, 'b').relayed.set('GET /images/json', {
    body: [row('sha256:1', 'web:2', 1), row('sha256:2', 'db:1', 2)],
  });
  const { body } = await docker('GET', '/v1.41/images/json');
  t.deepEqual(body, [
    { Id: 'sha256:2', RepoTags: ['db:1'], Created: 2 },
    { Id: 'sha256:1', RepoTags: ['web:1', 'web:2'], Created: 1 },
  ]);
});

test('an image is found by a name with slashes, tagged and removed; what is no name reaches no engine', async (t) => {
  const { cluster, docker } = await openDocker(t);
  const engine = engineOf(cluster, 'b');
  engine.relayed.set('GET /images/demo/busybox:1/json', { body: { Id: 'sha256:1' } });
  t.deepEqual((await docker('GET', '/v1.41/images/demo/busybox:1/json')).body, { Id: 'sha256:1' });
  t.is((await docker('POST', '/images/demo/busybox:1/tag?repo=demo/other&tag=2')).status, 201);
  t.true(engine.images.has('demo/other:2'));
  t.is((await docker('DELETE', '/images/demo/other:2')).status, 200);
  t.false(engine.images.has('demo/other:2'));
  t.is((await docker('DELETE', '/images/demo/other:2')).status, 404);
  const asked = engine.relays.length;
  for (const name of ['a%2F..%2F..%2Finfo', 'UPPER', 'a%3Fb', '%20'])
    t.is((await docker('GET', `/images/${name}/json`)).status, 400, name);
  t.is(engine.relays.length, asked);
});

test('a pull tells how far each engine is, and fails in Docker’s words', async (t) => {
  const { cluster, server } = await openDocker(t);
  for (const { registry } of cluster.engines) registry.add('demo/new:1');
  const pull = async (query: string) => {
    const headers = { host: 'localhost' };
    const { payload } = await server.inject({ method: 'POST', url: `/images/create?${query}`, headers });
    return payload
      .trim()
      .split('\r\n')
      .map((line) => JSON.parse(line));
  };
  const pulled = await pull('fromImage=demo/new&tag=1');
  t.regex(pulled.at(-1).status, /demo\/new:1 on all engines/);
  t.true(['a', 'b'].every((engine) => pulled.some(({ id }) => id === engine)));
  const { error, errorDetail } = (await pull('fromImage=nothing&tag=1')).at(-1);
  t.regex(error, /a: .*; b: /);
  t.is(errorDetail.message, error);
  t.regex((await pull('fromSrc=http://a/b')).at(-1).message, /fromImage must name/);
});

test('a volume is made on one engine and found, and names that several have are said with their engine', async (t) => {
  const { cluster, docker, create } = await openDocker(t);
  await create({}, '?name=one');
  const made = await docker('POST', '/volumes/create', { Name: 'data', Labels: { a: 'b' } });
  t.is(made.status, 201);
  t.is(made.body.Name, 'data');
  const has = cluster.engines.filter(({ volumes }) => volumes.has('data'));
  t.is(has.length, 1);
  t.is(has[0]?.containers.size, 0, 'the engine with the fewest containers');
  t.is((await docker('POST', '/volumes/create', { Name: 'a/logs' })).status, 201);
  t.true(engineOf(cluster, 'a').volumes.has('logs'));
  const entry = (Name: string) => ({ Name, Scope: 'local' });
  engineOf(cluster, 'a').relayed.set('GET /volumes', { body: { Volumes: [entry('logs'), entry('both')] } });
  engineOf(cluster, 'b').relayed.set('GET /volumes', { body: { Volumes: [entry('both')] } });
  const { body } = await docker('GET', '/volumes');
  t.deepEqual(
    body.Volumes.map(({ Name }: { Name: string }) => Name),
    ['logs', 'a/both', 'b/both'],
  );
  for (const id of ['a', 'b']) engineOf(cluster, id).relayed.set('GET /volumes/both', { body: entry('both') });
  const ambiguous = await docker('DELETE', '/volumes/both');
  t.is(ambiguous.status, 400);
  t.regex(ambiguous.body.message, /on several engines \(a, b\): say ENGINE\/both/);
  t.is((await docker('GET', '/v1.41/volumes/a/both')).status, 200);
  t.is((await docker('POST', '/volumes/create', { Name: 'bad name' })).status, 400);
});

test('a network is made on one engine, once, with its subnet; what it cannot say is refused by name', async (t) => {
  const { cluster, docker } = await openDocker(t);
  const body = {
    ...{
      Name: 'shop',
      Driver: 'bridge',
      CheckDuplicate: true,
      Internal: true,
      EnableIPv6: null,
      Scope: '',
      Ingress: false,
    },
    ...{
      IPAM: { Driver: 'default', Options: {}, Config: [{ Subnet: '10.5.0.0/16', Gateway: '10.5.0.1' }] },
      Labels: {},
    },
  };
  t.is((await docker('POST', '/networks/create', body)).status, 201);
  const [engine, ...others] = cluster.engines.filter(({ networks }) => networks.has('shop'));
  t.is(others.length, 0);
  t.true(engine?.networks.get('shop')?.isInternal);
  t.is(engine?.networks.get('shop')?.subnets[0]?.subnet, '10.5.0.0/16');
  engine?.relayed.set('GET /networks/shop', { body: { Name: 'shop', Id: '1' } });
  t.is((await docker('POST', '/networks/create', body)).status, 409);
  const refused = await docker('POST', '/networks/create', { Name: 'x', ConfigFrom: { Network: 'y' } });
  t.is(refused.status, 400);
  t.regex(refused.body.message, /ConfigFrom/);
  t.is((await docker('DELETE', '/networks/shop')).status, 204);
  t.is(engine?.networks.has('shop'), false);
});

test('limits are updated by the ledger, and what cannot be is refused by name', async (t) => {
  const { docker, call, create } = await openDocker(t);
  await create({}, '?name=web');
  await docker('POST', '/containers/web/start');
  const updated = await docker('POST', '/v1.41/containers/web/update', {
    ...{ NanoCpus: 5e8, Memory: 64 * 2 ** 20, CpuShares: 0, RestartPolicy: { Name: '', MaximumRetryCount: 0 } },
  });
  t.deepEqual(updated, { ...updated, status: 200, body: { Warnings: [] } });
  t.is((await call('GET', '/apiv1/container/web')).body.data.image.cpus, 0.5);
  const refused = await docker('POST', '/containers/web/update', { CpuQuota: 5 });
  t.is(refused.status, 400);
  t.regex(refused.body.message, /CpuQuota cannot be updated/);
  t.is((await docker('POST', '/containers/web/update', {})).status, 400);
});
