import test from 'ava';
import { openDoor } from './open-door.ts';

const redis = { name: 'demo/busybox:1', type: 'label', memory: 100, environment: { A: '1', B: '2' }, labels: ['on-a'] };
const whole = { restart_policy: {}, ...redis };

test('an image config is saved, listed, shown and removed', async (t) => {
  const { call } = await openDoor(t);
  const saved = await call('POST', '/apiv1/image', { name: 'redis', image: redis });
  t.like(saved, { status: 201, body: { data: { name: 'redis', version: 1, image: whole } } });
  t.regex(saved.body.data.saved_at, /^\d{4}-\d\d-\d\dT/);
  await call('POST', '/apiv1/image', { name: 'amber', image: redis });
  const { data } = (await call('GET', '/apiv1/images')).body;
  t.deepEqual(
    data.map(({ name }: { name: string }) => name),
    ['amber', 'redis'],
  );
  t.deepEqual((await call('GET', '/apiv1/image/redis')).body, saved.body);
  t.is((await call('DELETE', '/apiv1/image/redis')).status, 202);
  for (const url of ['/apiv1/image/redis', '/apiv1/image/redis?version=1']) {
    t.like(await call('GET', url), { status: 404, body: { code: 'no_such_image_config' } });
  }
  t.is((await call('DELETE', '/apiv1/image/redis')).status, 404);
});

test('a name can be saved once; a new version is a PUT, and every version is kept', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', '/apiv1/image', { name: 'redis', image: redis });
  const again = await call('POST', '/apiv1/image', { name: 'redis', image: redis });
  t.like(again, { status: 409, body: { code: 'image_config_exists' } });
  const second = await call('PUT', '/apiv1/image/redis', { image: { ...redis, memory: 200 }, version: 1 });
  t.like(second, { status: 200, body: { data: { version: 2, image: { memory: 200 } } } });
  t.like((await call('GET', '/apiv1/image/redis?version=1')).body.data, { version: 1, image: { memory: 100 } });
  t.like((await call('GET', '/apiv1/image/redis?version=2')).body.data, { version: 2, image: { memory: 200 } });
  t.is((await call('GET', '/apiv1/image/redis?version=3')).status, 404);
  t.is((await call('PUT', '/apiv1/image/none', { image: redis })).status, 404);
});

test('who did not see the last version cannot replace it, and what is there already is no new version', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', '/apiv1/image', { name: 'redis', image: redis });
  await call('PUT', '/apiv1/image/redis', { image: { ...redis, memory: 200 } });
  const late = await call('PUT', '/apiv1/image/redis', { image: redis, version: 1 });
  t.like(late, { status: 409, body: { code: 'image_config_changed' } });
  t.is((await call('PUT', '/apiv1/image/redis', { image: { ...redis, memory: 200 } })).body.data.version, 2);
});

test('two that replace one version at the same moment: one of them is told', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', '/apiv1/image', { name: 'redis', image: redis });
  const put = (memory: number) => call('PUT', '/apiv1/image/redis', { image: { ...redis, memory } });
  const answers = await Promise.all([put(200), put(300)]);
  t.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
});

test('a container runs from a saved config, with changes: maps are merged, the rest is replaced', async (t) => {
  const { call } = await openDoor(t, { engines: 2 });
  await call('POST', '/apiv1/image', { name: 'redis', image: { ...redis, resources: { gpu: 0 } } });
  const changes = { environment: { B: '3', C: '4' }, labels: ['on-b'], resources: { licence: 0 } };
  const { status, body } = await call('POST', '/apiv1/container', { from: 'redis', ...changes });
  t.is(status, 201);
  t.is(body.data.engine.id, 'b');
  const merged = { environment: { A: '1', B: '3', C: '4' }, resources: { gpu: 0, licence: 0 } };
  t.deepEqual(body.data.image, { ...whole, labels: ['on-b'], ...merged });
});

test('an older version is run by its number, and a plan takes a saved config too', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  await call('POST', '/apiv1/image', { name: 'redis', image: redis });
  await call('PUT', '/apiv1/image/redis', { image: { ...redis, memory: 9000 } });
  t.is((await call('POST', '/apiv1/container', { from: 'redis@1' })).body.data.image.memory, 100);
  t.is((await call('POST', '/apiv1/plan', { from: 'redis@1' })).body.data.engine, 'a');
  t.is((await call('POST', '/apiv1/plan', { from: 'redis' })).body.data.engine, null);
});

test('a config that was not saved runs nothing', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  for (const from of ['redis', 'redis@1']) {
    t.like(await call('POST', '/apiv1/container', { from }), { status: 404, body: { code: 'no_such_image_config' } });
  }
  t.is(cluster.engines[0]?.containers.size, 0);
});
