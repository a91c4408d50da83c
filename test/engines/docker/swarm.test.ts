import test from 'ava';
import { toIngressPorts, toSwarmView } from '../../../src/engines/docker/swarm.ts';
import { json, stubbed } from '../stub-engine.ts';

const info = (Swarm: unknown) => ({ ID: 'daemon', Swarm });
const manager = { LocalNodeState: 'active', NodeID: 'm1', ControlAvailable: true, RemoteManagers: [{ NodeID: 'm1' }] };

test('a manager reports itself and the others', (t) => {
  const Swarm = { ...manager, RemoteManagers: [{ NodeID: 'm2', Addr: '10.0.0.2:2377' }, { NodeID: 'm1' }] };
  t.deepEqual(toSwarmView(info(Swarm)), { node: 'm1', isManager: true, managers: ['m1', 'm2'] });
});

test('a worker reports its managers', (t) => {
  const Swarm = { ...manager, NodeID: 'w1', ControlAvailable: false };
  t.deepEqual(toSwarmView(info(Swarm)), { node: 'w1', isManager: false, managers: ['m1'] });
});

for (const Swarm of [
  ...[undefined, null, 'active', [], {}, { LocalNodeState: 'inactive', NodeID: '' }],
  ...[
    { ...manager, LocalNodeState: 'pending' },
    { ...manager, NodeID: 5 },
    { ...manager, NodeID: '../x' },
  ],
]) {
  test(`${JSON.stringify(Swarm)} is not a swarm`, (t) => {
    t.is(toSwarmView(info(Swarm)), undefined);
  });
}

test('invalid managers are omitted', (t) => {
  const Swarm = { ...manager, RemoteManagers: [null, { NodeID: {} }, 7, { NodeID: 'm3' }] };
  t.deepEqual(toSwarmView(info(Swarm))?.managers, ['m1', 'm3']);
});

const service = (Name: unknown, Ports: unknown) => ({ Spec: { Name }, Endpoint: { Ports } });
const ingress = { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' };

test('ports of mode ingress are listed, those of mode host are not', (t) => {
  const services = [
    service('web', [ingress, { ...ingress, Protocol: 'udp', PublishedPort: 53 }]),
    service('host', [{ ...ingress, PublishedPort: 9090, PublishMode: 'host' }]),
    service('quiet', undefined),
  ];
  t.deepEqual(toIngressPorts(services), [
    { proto: 'udp', port: 53, service: 'web' },
    { proto: 'tcp', port: 8080, service: 'web' },
  ]);
});

test('invalid services and ports are omitted', (t) => {
  const ports = [null, { ...ingress, PublishedPort: 70_000 }, { ...ingress, PublishedPort: '80' }, ingress];
  t.deepEqual(toIngressPorts([null, 5, service(['x'], ports), service('web', 'many')]), [
    { proto: 'tcp', port: 8080, service: '' },
  ]);
  t.throws(() => toIngressPorts({}), { message: /the list of services is an object, not a list/ });
});

test('services are listed with one request', async (t) => {
  const { stub, client } = await stubbed(t, ({ response }) => json(response, 200, [service('web', [ingress])]));
  t.deepEqual(await client.listIngressPorts(), [{ proto: 'tcp', port: 8080, service: 'web' }]);
  t.is(stub.requests[1], 'GET /v1.41/services');
});

test('a worker refuses to list services', async (t) => {
  const message = 'This node is not a swarm manager.';
  const { client } = await stubbed(t, ({ response }) => json(response, 503, { message }));
  await t.throwsAsync(client.listIngressPorts(), { code: 'engine_refused', message: /not a swarm manager/ });
});
