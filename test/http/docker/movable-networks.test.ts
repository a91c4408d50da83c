import test from 'ava';
import { type DockerDoor, engineOf, openDocker } from './docker-door.ts';

const on = (engine: string) => ({ 'satsuma.constraints': `engine==${engine}` });

async function makeNetwork({ docker }: DockerDoor, Name = 'shop'): Promise<string> {
  return (await docker('POST', '/networks/create', { Name, Labels: { tier: 'web' } })).body.Id;
}

function where({ cluster }: DockerDoor, name = 'shop'): string[] {
  return cluster.engines.filter(({ networks }) => networks.has(name)).map(({ id }) => id);
}

function inNetwork({ docker }: DockerDoor, NetworkMode: string, Labels: object = {}) {
  return docker('POST', '/containers/create', { Image: 'demo/busybox:1', Labels, HostConfig: { NetworkMode } });
}

test('a network goes where its first container must be, and draws the others there, under the id that clients know', async (t) => {
  const door = await openDocker(t);
  const { docker } = door;
  const id = await makeNetwork(door);
  t.deepEqual(where(door), ['a']);
  const first = await inNetwork(door, 'shop', on('b'));
  t.is(first.status, 201, JSON.stringify(first.body));
  t.deepEqual(where(door), ['b']);
  for (const reference of ['shop', id, id.slice(0, 12)]) {
    const { body } = await docker('GET', `/networks/${reference}`);
    t.like(body, { Name: 'shop', Id: id, Labels: { tier: 'web' } });
    t.deepEqual(Object.keys(body.Labels), ['tier']);
  }
  for (const reference of ['shop', id]) {
    const { body } = await inNetwork(door, reference);
    t.is((await docker('GET', `/containers/${body.Id}/json`)).body.Node?.Name ?? 'b', 'b');
    t.true(engineOf(door.cluster, 'b').containers.has(body.Id), reference);
  }
  const elsewhere = await inNetwork(door, 'shop', on('a'));
  t.is(elsewhere.status, 409);
  t.regex(elsewhere.body.message, /network shop, which is on engine b/);
  for (const { id: container } of engineOf(door.cluster, 'b').containers.values())
    await docker('DELETE', `/containers/${container}?force=1`);
  t.is((await docker('DELETE', `/networks/${id}`)).status, 204);
  t.deepEqual(where(door), []);
});

test('a container that was created elsewhere draws the network when it is connected, and one that is late is refused', async (t) => {
  const door = await openDocker(t);
  const { docker, create } = door;
  const id = await makeNetwork(door);
  const [b, a] = [await create({ Labels: on('b') }), await create({ Labels: on('a') })];
  t.is((await docker('POST', `/networks/${id}/connect`, { Container: b })).status, 200);
  t.deepEqual(where(door), ['b']);
  t.true(engineOf(door.cluster, 'b').members.get('shop')?.has(b));
  const another = await create({ Labels: on('b') });
  t.is((await docker('POST', `/networks/${id}/connect`, { Container: another })).status, 200, 'it is there already');
  t.is((await docker('POST', `/networks/${id}/disconnect`, { Container: another })).status, 200);
  const late = await docker('POST', '/networks/shop/connect', { Container: a });
  t.is(late.status, 409);
  t.regex(late.body.message, /network shop is on engine b, and the container on a: .* overlay/);
  t.is((await docker('POST', `/networks/${id}/disconnect`, { Container: b })).status, 200);
  t.is((await docker('POST', '/networks/nothing/connect', { Container: a })).status, 404);
});

test('a network stays where somebody put it, where a container is in it, and where it cannot be made or removed', async (t) => {
  const door = await openDocker(t);
  const { docker, cluster } = door;
  await docker('POST', '/networks/create', { Name: 'a/named' });
  await docker('POST', '/networks/create', { Name: 'subnet', IPAM: { Config: [{ Subnet: '10.5.0.0/16' }] } });
  for (const name of ['named', 'subnet']) {
    t.is((await inNetwork(door, name, on('b'))).status, 409, name);
    t.deepEqual(where(door, name), ['a']);
  }
  await makeNetwork(door);
  const [a, b] = [engineOf(cluster, 'a'), engineOf(cluster, 'b')];
  for (const [engine, call] of [
    [b, 'createNetwork'],
    [a, 'removeNetwork'],
  ] as const) {
    engine.fail(call, 'engine_failed', { times: 1 });
    const failed = await inNetwork(door, 'shop', on('b'));
    t.true(failed.status >= 400, call);
    t.deepEqual(where(door), ['a'], call);
  }
  t.is((await inNetwork(door, 'shop', on('b'))).status, 201);
});

test('a network that another server has just moved is found where it is now', async (t) => {
  const door = await openDocker(t);
  const { cluster } = door;
  await makeNetwork(door);
  t.is((await inNetwork(door, 'shop', on('nowhere'))).status, 409, 'now this server knows where it is');
  const [a, b] = [engineOf(cluster, 'a'), engineOf(cluster, 'b')];
  // As the other server does it: this one is not told.
  const moved = a.networks.get('shop');
  if (!moved) throw new Error('no network');
  a.networks.delete('shop');
  b.networks.set('shop', moved);
  const made = await inNetwork(door, 'shop', on('b'));
  t.is(made.status, 201, JSON.stringify(made.body));
  t.deepEqual(where(door), ['b']);
});

test('of clients that make a network of one name at once, one does', async (t) => {
  const door = await openDocker(t);
  const make = () => door.docker('POST', '/networks/create', { Name: 'shop' });
  const statuses = (await Promise.all(Array.from({ length: 8 }, make))).map(({ status }) => status);
  t.deepEqual(statuses.sort(), [201, ...Array.from({ length: 7 }, () => 409)]);
  const made = door.cluster.engines.flatMap(({ calls }) => calls.filter((call) => /^createNetwork/.test(String(call))));
  t.is(made.length, 1);
});
