import test from 'ava';
import type { ImageConfig } from '../../../src/model/image-config.ts';
import { resyncAll } from '../../fixtures/harness.ts';
import { engineOf, openDocker, sleeper } from './docker-door.ts';

/** A container of one name on each of two engines, which no name alone tells apart. */
async function openTwins(t: Parameters<typeof openDocker>[0]) {
  const door = await openDocker(t);
  const ids = new Map<string, string>();
  for (const engine of ['a', 'b']) {
    const id = engineOf(door.cluster, engine).runForeign('db');
    ids.set(engine, id);
    await engineOf(door.cluster, engine).createNetwork({ name: 'shop' });
  }
  await resyncAll(door.cluster);
  return { ...door, idOn: (engine: string) => ids.get(engine) ?? '' };
}

test('ENGINE/NAME in the body of a create is that container, and no other of its name', async (t) => {
  const { cluster, create, idOn } = await openTwins(t);
  for (const engine of ['a', 'b']) {
    const id = idOn(engine);
    const made = async (body: object): Promise<ImageConfig | undefined> =>
      engineOf(cluster, engine).containers.get(await create(body))?.image;
    const reference = `${engine}/db`;
    const host = async (HostConfig: object) => await made({ HostConfig });
    t.deepEqual((await host({ VolumesFrom: [`${reference}:ro`] }))?.volumes_from, [`${id}:ro`]);
    t.is((await host({ NetworkMode: `container:${reference}` }))?.network_mode, `container:${id}`);
    t.is((await host({ IpcMode: `container:${reference}` }))?.ipc_mode, `container:${id}`);
    t.is((await host({ PidMode: `container:/${reference}` }))?.pid_mode, `container:${id}`);
    t.deepEqual((await host({ Links: [`${reference}:store`] }))?.links, { [id]: 'store' });
    t.deepEqual((await host({ Links: [reference] }))?.links, { [id]: 'db' });
    const EndpointsConfig = { shop: { Links: [`${reference}:store`] } };
    const linked = await made({ HostConfig: { NetworkMode: 'shop' }, NetworkingConfig: { EndpointsConfig } });
    t.deepEqual(linked?.networks, [{ name: 'shop', links: [`${id}:store`] }]);
    t.truthy(await made({ Env: [`affinity:container==${reference}`] }));
    const Labels = { 'com.docker.swarm.affinities': JSON.stringify([`container!=${engine === 'a' ? 'b' : 'a'}/db`]) };
    t.truthy(await made({ Labels }));
  }
});

test('ENGINE/NAME of a container that is not there is 404, and nothing is made', async (t) => {
  const { cluster, docker } = await openTwins(t);
  const made = () => cluster.engines.reduce((sum, { containers }) => sum + containers.size, 0);
  const before = made();
  for (const reference of ['a/none', 'none/db']) {
    const answer = await docker('POST', '/containers/create', { ...sleeper, HostConfig: { VolumesFrom: [reference] } });
    t.is(answer.status, 404);
    t.is(answer.body.message, `No such container: ${reference}`);
  }
  t.is(made(), before);
});

test('ENGINE/NAME joins and leaves a network', async (t) => {
  const { cluster, docker, idOn } = await openTwins(t);
  for (const { relayed, networks } of cluster.engines)
    relayed.set('GET /networks/shop', { body: { Name: 'shop', Id: networks.get('shop')?.id, Scope: 'local' } });
  const body = { Container: 'b/db', EndpointConfig: { Links: ['b/db:me'] } };
  const joined = await docker('POST', '/networks/shop/connect', body);
  t.is(joined.status, 200, JSON.stringify(joined.body));
  t.is((await docker('POST', '/networks/shop/disconnect', { Container: 'b/db' })).status, 200);
  const { calls } = engineOf(cluster, 'b');
  t.true(
    calls.some((call) => call.startsWith('connectNetwork') && call.includes(idOn('b'))),
    calls.join(),
  );
});

test('ENGINE/NAME is found by the filters of lists and events, and committed', async (t) => {
  const { cluster, docker, idOn } = await openTwins(t);
  for (const { id, relayed } of cluster.engines) {
    const entry = { Id: idOn(id), Names: ['/db'], State: 'running', Created: 1 };
    relayed.set('GET /containers/json', { body: [entry] });
    relayed.set('GET /events', { body: '"bytes"' });
  }
  const listed = await docker('GET', `/containers/json?filters=${JSON.stringify({ name: ['a/db'] })}`);
  t.deepEqual(
    listed.body.map(({ Id }: { Id: string }) => Id),
    [idOn('a')],
  );
  await docker('GET', `/events?filters=${JSON.stringify({ container: ['a/db', 'a/gone', 'x'] })}`);
  t.is(
    engineOf(cluster, 'a').relays.at(-1)?.query?.get('filters'),
    JSON.stringify({ container: [idOn('a'), 'gone', 'x'] }),
    'events are also of containers that are gone',
  );
  t.is((await docker('POST', '/commit?container=b/db&repo=demo/db')).status, 201);
});
