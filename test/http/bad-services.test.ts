import test from 'ava';
import { openDoor, sharedDoor } from './open-door.ts';
import { steady } from './services.ts';

let prepared: ReturnType<typeof sharedDoor> | undefined;

/** The shared door, once it has the service `kept`. */
function withService(): ReturnType<typeof sharedDoor> {
  prepared ??= sharedDoor().then(async (door) => {
    await door.call('POST', '/apiv1/service', { name: 'kept', ...steady });
    return door;
  });
  return prepared;
}

const refuses = test.macro({
  async exec(t, part: object, path: string) {
    const { call, cluster } = await withService();
    const before = await cluster.store.head();
    const created = await call('POST', '/apiv1/service', { name: 'new', ...steady, ...part });
    t.like(created, { status: 400, body: { code: 'invalid' } });
    t.is(created.body.details?.[0]?.path, path);
    const changed = await call('PUT', '/apiv1/service/kept', { grace: 1, ...part });
    t.is(changed.status, 400);
    t.is(await cluster.store.head(), before, 'the store was changed');
  },
  title: (_, part) => `${JSON.stringify(part)} is refused whole, with its path`,
});

test(refuses, { colour: 'red' }, 'colour');
test(refuses, { image: { name: 'demo/busybox:1', colour: 'red' } }, 'image.colour');
test(refuses, { replicas: -1 }, 'replicas');
test(refuses, { replicas: 1.5 }, 'replicas');
test(refuses, { replicas: '2' }, 'replicas');
test(refuses, { replicas: 'many' }, 'replicas');
test(refuses, { update: { speed: 1 } }, 'update.speed');
test(refuses, { update: { parallelism: -1 } }, 'update.parallelism');
test(refuses, { update: { order: 'sideways' } }, 'update.order');
test(refuses, { update: { on_failure: 'cry' } }, 'update.on_failure');
test(refuses, { health: { type: 'smoke', port: 80 } }, 'health.type');
test(refuses, { health: { type: 'http' } }, 'health.port');
test(refuses, { health: { type: 'http', port: 80, path: 'healthz' } }, 'health.path');
test(refuses, { health: { type: 'tcp', port: 80, interval: 0 } }, 'health.interval');
test(refuses, { health: { type: 'tcp', port: 80, timeout: 61 } }, 'health.timeout');
test(refuses, { links: { 'a b': 'x' } }, 'links.a b');
test(refuses, { links: { db: '' } }, 'links.db');
test(refuses, { links: ['db'] }, 'links');
test(refuses, { grace: -1 }, 'grace');
test(refuses, { shutdown_delay: 601 }, 'shutdown_delay');

test('an image config of one container is none for a service', async (t) => {
  const { call } = await openDoor(t);
  const image = { ...steady.image, container_name: 'only' };
  const answer = await call('POST', '/apiv1/service', { name: 'web', image });
  t.like(answer, { status: 400, body: { code: 'invalid' } });
  t.regex(answer.body.data, /^"image\.container_name" is not allowed/);
});

test('it must be said what to run, and once', async (t) => {
  const { call } = await openDoor(t);
  const said = async (body: object) => (await call('POST', '/apiv1/service', { name: 'web', ...body })).body.data;
  t.is(await said({}), '"image" or "from" is required');
  t.is(await said({ ...steady, from: 'base' }), 'give either "image" or "from", not both');
  const twice = { image: { ...steady.image, spread: 'zone' }, spread: 'rack' };
  t.is(await said(twice), 'give either "spread" or "image.spread", not both');
});

const misses = test.macro({
  async exec(t, method: string, path: string, body?: object) {
    const { call } = await sharedDoor();
    t.like(await call(method, path, body), { status: 404, body: { code: 'no_such_service' } });
  },
  title: (_, method, path) => `${method} ${path}: there is no such service`,
});

test(misses, 'GET', '/apiv1/service/web');
test(misses, 'PUT', '/apiv1/service/web', { grace: 1 });
test(misses, 'DELETE', '/apiv1/service/web');
test(misses, 'GET', '/apiv1/service/web/generations');
test(misses, 'GET', '/apiv1/service/web/logs');
test(misses, 'POST', '/apiv1/service/web/scale', { replicas: 1 });
for (const verb of ['rollback', 'pause', 'resume']) test(misses, 'POST', `/apiv1/service/web/${verb}`);
