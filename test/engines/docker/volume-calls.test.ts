import test from 'ava';
import { json, type StubRequest, stubbed } from '../stub-engine.ts';

const id = 'a'.repeat(64);

function queryOf(request: string | undefined): Record<string, unknown> {
  const filters = new URL(request?.split(' ')[1] ?? '', 'http://x').searchParams.get('filters');
  return JSON.parse(filters ?? 'null');
}

test('volumes are sorted by name, without invalid ones', async (t) => {
  const Volumes = [
    { Name: 'b', Driver: 'local', Mountpoint: '/b', Scope: 'local', Labels: null, Options: { type: 'nfs' } },
    { Name: 'a', Driver: 'local', CreatedAt: '2026-01-02T03:04:05+01:00', Labels: { team: 'web' } },
    { Name: 7, Driver: 'local' },
  ];
  const { stub, client } = await stubbed(t, ({ response }) => json(response, 200, { Volumes, Warnings: null }));
  const volumes = await client.listVolumes();
  t.deepEqual(
    volumes.map(({ name, createdAt, labels, options }) => ({ name, createdAt, labels, options })),
    [
      { name: 'a', createdAt: '2026-01-02T02:04:05.000Z', labels: { team: 'web' }, options: {} },
      { name: 'b', createdAt: '', labels: {}, options: { type: 'nfs' } },
    ],
  );
  t.regex(volumes.unclear ?? '', /Name/);
  await client.listVolumes({ isUnused: true });
  t.deepEqual(queryOf(stub.requests.at(-1)), { dangling: ['true'] });
});

test('no volumes is an empty list', async (t) => {
  const { client } = await stubbed(t, ({ response }) => json(response, 200, { Volumes: null }));
  t.deepEqual(await client.listVolumes(), []);
});

test('the request is passed to Docker', async (t) => {
  const bodies: unknown[] = [];
  const network = {
    Id: id,
    Name: 'front',
    Driver: 'bridge',
    Scope: 'local',
    IPAM: { Config: [{ Subnet: '10.5.0.0/16' }] },
  };
  const answers = ({ method, path, body, response }: StubRequest) => {
    if (method === 'POST') bodies.push(JSON.parse(body));
    if (path.endsWith('/volumes/create')) return json(response, 201, { Name: 'data', Driver: 'local' });
    return json(response, method === 'GET' ? 200 : 201, network);
  };
  const { client } = await stubbed(t, answers);
  t.is((await client.createVolume({ name: 'data', driver: 'local', options: { a: 'b' } })).name, 'data');
  const subnets = [{ subnet: '10.5.0.0/16', gateway: '10.5.0.1' }];
  const created = await client.createNetwork({ name: 'front', isInternal: true, subnets, labels: { team: 'web' } });
  t.like(created, { id, name: 'front', subnets: [{ subnet: '10.5.0.0/16' }], isInternal: false });
  await client.connectNetwork('front', id, { aliases: ['db'], ip: '10.5.0.9' });
  await client.disconnectNetwork('front', id, { isForced: true });
  t.deepEqual(bodies, [
    { Name: 'data', Driver: 'local', DriverOpts: { a: 'b' }, Labels: {} },
    {
      ...{ Name: 'front', CheckDuplicate: true, Labels: { team: 'web' }, Internal: true },
      IPAM: { Config: [{ Subnet: '10.5.0.0/16', Gateway: '10.5.0.1' }] },
    },
    { Container: id, EndpointConfig: { Aliases: ['db'], IPAMConfig: { IPv4Address: '10.5.0.9' } } },
    { Container: id, Force: true },
  ]);
});

test('a network has its members', async (t) => {
  const Containers = {
    [id]: { Name: 'web', IPv4Address: '10.5.0.2/16', IPv6Address: '', MacAddress: '02:42:0a:05:00:02' },
  };
  const network = {
    Id: id,
    Name: 'front',
    Driver: 'bridge',
    Scope: 'local',
    Created: '2026-01-02T03:04:05Z',
    Containers,
  };
  const { client } = await stubbed(t, ({ response }) => json(response, 200, network));
  const { containers, createdAt } = await client.inspectNetwork('front');
  t.deepEqual(containers, [{ id, name: 'web', ipv4: '10.5.0.2/16', ipv6: '', mac: '02:42:0a:05:00:02' }]);
  t.is(createdAt, '2026-01-02T03:04:05.000Z');
});

for (const [call, status, message, code] of [
  ['inspectVolume', 404, 'get data: no such volume', 'no_such_volume'],
  ['removeVolume', 404, 'get data: no such volume', 'no_such_volume'],
  ['removeVolume', 409, 'remove data: volume is in use - [abc]', 'volume_in_use'],
  ['inspectNetwork', 404, 'network data not found', 'no_such_network'],
  ['removeNetwork', 403, 'error while removing network: network data has active endpoints', 'network_in_use'],
  ['removeNetwork', 403, 'bridge is a pre-defined network and cannot be removed', 'invalid'],
] as const) {
  test(`${call}: "${message}" is ${code}`, async (t) => {
    const { client } = await stubbed(t, ({ response }) => json(response, status, { message }));
    await t.throwsAsync(client[call]('data'), { code });
  });
}

for (const [status, message, code] of [
  [404, 'No such container: web', 'no_such_container'],
  [404, 'network front not found', 'no_such_network'],
  [403, 'endpoint with name web already exists in network front', 'wrong_state'],
  [400, 'user specified IP address is supported on user defined networks only', 'invalid'],
  [500, 'container abc is not connected to network front', 'wrong_state'],
] as const) {
  test(`members of a network: "${message}" is ${code}`, async (t) => {
    const { client } = await stubbed(t, ({ response }) => json(response, status, { message }));
    await t.throwsAsync(client.connectNetwork('front', id, {}), { code });
    await t.throwsAsync(client.disconnectNetwork('front', id, { isForced: false }), { code });
  });
}

test('a name with other characters is not found, and not sent', async (t) => {
  const { stub, client } = await stubbed(t, ({ response }) => json(response, 200, {}));
  await t.throwsAsync(client.inspectVolume('../info'), { code: 'no_such_volume' });
  await t.throwsAsync(client.removeNetwork('a/b'), { code: 'no_such_network' });
  t.deepEqual(stub.requests, []);
});
