import test from 'ava';
import { projectOf } from '../../src/model/image-config.ts';
import { quotaFormat } from '../../src/model/project.ts';
import { eventually, startServer } from '../controllers/services/stage.ts';
import { openDoor } from './open-door.ts';

const name = 'demo/busybox:1';
const image = { name, type: 'label', project: 'shop' };

test('once there is a project, others are unknown, and the nearest is suggested', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  t.is((await call('POST', '/apiv1/container', { ...image, project: 'shpo' })).status, 201, 'a word as before');
  t.is((await call('POST', '/apiv1/project', { name: 'shop' })).status, 201);
  for (const [path, body] of [
    ['container', { ...image, project: 'shpo' }],
    ['service', { name: 'web', image: { ...image, project: 'shpo' } }],
    ['job', { name: 'night', image: { ...image, project: 'shpo' } }],
    ['image', { name: 'saved', image: { ...image, project: 'shpo' } }],
    ['secret', { name: 'key', value: 'x', project: 'shpo' }],
  ] as const) {
    const { status, body: answer } = await call('POST', `/apiv1/${path}`, body);
    t.is(status, 404, path);
    t.is(answer.code, 'no_such_project', path);
    t.regex(answer.data, /did you mean shop\?/);
  }
  t.is((await call('POST', '/apiv1/container', { name, type: 'label' })).status, 201, 'default is always there');
  t.deepEqual(
    (await call('GET', '/apiv1/projects')).body.data.map((each: { readonly name: string }) => each.name),
    ['default', 'shop'],
  );
});

test('a run beyond the quota is refused with what is left and who holds most, and leaves nothing behind', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  await call('POST', '/apiv1/container', { ...image, container_name: 'before', memory: 32 });
  await call('POST', '/apiv1/project', { name: 'shop', quota: { cpus: 1, memory: 128 } });
  const run = (changes: object) => call('POST', '/apiv1/container', { ...image, cpus: 0.25, ...changes });
  t.is((await run({ container_name: 'till', memory: 64 })).status, 201);
  const refused = await run({ memory: 33 });
  t.is(refused.status, 422);
  t.is(refused.body.code, 'quota_exceeded');
  t.deepEqual(refused.body.details, {
    ...{ project: 'shop', resource: 'memory', wanted: 33, left: 32, limit: 128 },
    held_by: [
      { name: 'container till', amount: 64 },
      { name: 'container before', amount: 32 },
    ],
    scoped_message: 'the quota of project shop has no room: 33 MB of memory wanted, 32 of 128 left',
  });
  t.regex(refused.body.data, /33 MB of memory wanted, 32 of 128 left; most is held by container till \(64\)/);
  t.regex((await run({})).body.data, /quota of memory: say how much the container takes \(--memory\)/);
  t.is(cluster.cache.reservations().length, 2);
  t.like((await call('GET', '/apiv1/project/shop')).body.data, {
    quota: { cpus: 1, memory: 128, containers: null, gpus: null },
    used: { cpus: 0.25, memory: 96, containers: 2, gpus: 0 },
  });
  t.is(
    (await call('POST', '/apiv1/container', { name, type: 'label', memory: 500 })).status,
    201,
    'of another project',
  );
  t.is((await call('POST', '/apiv1/container/till/update', { memory: 97 })).body.code, 'quota_exceeded');
  t.is((await call('POST', '/apiv1/container/till/update', { memory: 96 })).status, 200);
  t.is((await call('POST', '/apiv1/container/before/stop')).status, 200);
  t.is((await run({ container_name: 'other', memory: 32 })).status, 201, 'what is stopped holds nothing');
  t.is((await call('POST', '/apiv1/container/before/start')).body.code, 'quota_exceeded');
  t.is((await call('DELETE', '/apiv1/container/other')).status, 202);
  t.is((await call('POST', '/apiv1/container/before/start')).status, 200);
});

test('a replica without room in the quota waits for it, and starts when the quota grows', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  await startServer(t, cluster);
  await call('POST', '/apiv1/project', { name: 'shop', quota: { containers: 2 } });
  const taken = await call('POST', '/apiv1/service', { name: 'web', replicas: 3, image });
  t.true(taken.status < 300, JSON.stringify(taken.body));
  const running = () => cluster.cache.reservations().filter(({ image: each }) => projectOf(each) === 'shop').length;
  await eventually(t, async () => {
    const { data } = (await call('GET', '/apiv1/service/web')).body;
    return running() === 2 && JSON.stringify(data).includes('quota_exceeded');
  });
  t.is((await call('PATCH', '/apiv1/project/shop', { quota: { containers: 3 } })).status, 200);
  await eventually(t, async () => running() === 3);
  t.is((await call('DELETE', '/apiv1/project/shop')).body.code, 'project_in_use');
});

test('limits are changed one by one, and default has none', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', '/apiv1/project', { name: 'shop', quota: { cpus: 0.5, memory: 64 } });
  t.is((await call('POST', '/apiv1/project', { name: 'shop' })).body.code, 'project_exists');
  const changed = await call('PATCH', '/apiv1/project/shop', { quota: { memory: null, containers: 0 } });
  t.deepEqual(changed.body.data.quota, { cpus: 0.5, memory: null, containers: 0, gpus: null });
  for (const [method, body] of [
    ['PATCH', { quota: { memory: 1 } }],
    ['DELETE', undefined],
  ] as const) {
    t.is((await call(method, '/apiv1/project/default', body)).status, 400);
  }
  t.is((await call('POST', '/apiv1/project', { name: 'default' })).status, 400);
  t.is((await call('PATCH', '/apiv1/project/shop', {})).status, 400);
  t.is((await call('PATCH', '/apiv1/project/shpo', { description: 'x' })).body.code, 'no_such_project');
  t.is((await call('DELETE', '/apiv1/project/shop')).status, 202);
  t.is((await call('GET', '/apiv1/project/shop')).status, 404);
});

test('a quota is refused, and nothing is changed, while a server of an older release is there; then the store is marked', async (t) => {
  const { call, cluster } = await openDoor(t);
  const sign = { host: 'old-host', beat: new Date().toISOString(), aheadMs: 0 };
  await cluster.store.write([{ kind: 'server', id: 'older', value: sign as never }]);
  await cluster.cache.catchUp();
  t.is((await call('POST', '/apiv1/project', { name: 'blog' })).status, 201, 'without a quota nothing is counted on');
  const head = await cluster.store.head();
  for (const [method, path, body] of [
    ['POST', '/apiv1/project', { name: 'shop', quota: { containers: 1 } }],
    ['PATCH', '/apiv1/project/blog', { quota: { memory: 1 } }],
  ] as const) {
    const { status, body: answer } = await call(method, path, body);
    t.is(status, 400);
    t.regex(
      answer.data,
      /server old-host is of an older release, which knows neither quotas nor scopes: upgrade it first/,
    );
  }
  t.is(await cluster.store.head(), head);
  t.true(((await cluster.store.read('format', 'store'))?.value.version ?? 0) < quotaFormat);
  await cluster.store.write([{ kind: 'server', id: 'older' }]);
  await cluster.cache.catchUp();
  t.is((await call('PATCH', '/apiv1/project/blog', { quota: { memory: 1 } })).status, 200);
  t.is((await cluster.store.read('format', 'store'))?.value.version, quotaFormat);
});
