import test from 'ava';
import { openDoor, openOther } from './open-door.ts';

const image = { name: 'demo/busybox:1', cpus: 0.2, memory: 256, type: 'service', labels: ['on-a'] };

test('what is run through bastion is listed bare, with its engine, and is gone when it is destroyed as it was told', async (t) => {
  const { cluster, call } = await openDoor(t, { engines: 2 });
  const bastion = await openOther(cluster, 'bastion', {});
  const run = await bastion('POST', '/run', image);
  t.is(run.status, 201);
  t.like(run.body, { image: { name: 'demo/busybox:1' }, engine: { id: 'a', addr: 'https://a.test:2376' } });
  const listed = await bastion('GET', '/containers');
  t.like((await call('GET', '/apiv1/containers')).body.data, listed.body);
  t.deepEqual(Object.keys(listed.body[0]), ['id', 'name', 'image', 'engine', 'state', 'ports']);
  t.is(listed.body[0].id, run.body.id);
  const destroyed = await bastion('DELETE', '/destroy', run.body);
  t.deepEqual([destroyed.status, destroyed.body], [204, '']);
  t.deepEqual((await bastion('GET', '/containers')).body, []);
});

test('engines are listed as citadel had them', async (t) => {
  const { cluster } = await openDoor(t, { engines: 1 });
  const bastion = await openOther(cluster, 'bastion', {});
  t.deepEqual((await bastion('GET', '/engines')).body, [
    { id: 'a', addr: 'https://a.test:2376', cpus: 4, memory: 8192, labels: ['on-a'] },
  ]);
});

test('what cannot be run is told in a sentence', async (t) => {
  const { cluster } = await openDoor(t, { engines: 1 });
  const bastion = await openOther(cluster, 'bastion', {});
  const refused = await bastion('POST', '/run', { ...image, cpus: 'many' });
  t.deepEqual([refused.status, refused.body], [400, '"cpus" must be a number\n']);
  t.is((await bastion('POST', '/run', 'not JSON')).status, 400);
  const nowhere = await bastion('POST', '/run', { ...image, cpus: 64 });
  t.is(nowhere.status, 422);
  t.regex(nowhere.body, /^no eligible engines to run image/);
  const unknown = await bastion('DELETE', '/destroy', { id: 'abc', engine: { id: 'a' } });
  t.is(unknown.status, 404);
  t.is((await bastion('DELETE', '/destroy', {})).status, 400);
});
