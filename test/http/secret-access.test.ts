import test from 'ava';
import { openAs, openDoor, openOther } from './open-door.ts';

const name = 'demo/busybox:1';
const image = { name, type: 'label', secrets: [{ name: 'db' }] };
const refused = {
  status: 403,
  body: { code: 'forbidden', details: { verb: 'reveal', noun: 'secret', role: 'deployer' } },
};

test('whoever has a container made with secrets must be allowed to reveal them', async (t) => {
  const { cluster, call } = await openDoor(t, { engines: 1 });
  const everything = ['container', 'service', 'job', 'image'];
  for (const [role, nouns] of Object.entries({ deployer: everything, keeper: [...everything, 'secret'] })) {
    const made = await call('POST', '/apiv1/role', { name: role, rules: [{ verbs: ['*'], nouns }] });
    t.is(made.status, 201);
  }
  await call('POST', '/apiv1/secret', { name: 'db', value: 'correct horse' });
  await call('POST', '/apiv1/image', { name: 'saved', image });
  await call('POST', '/apiv1/service', { name: 'web', image, replicas: 0 });
  await call('POST', '/apiv1/service', { name: 'plain', image, replicas: 0 });
  await call('PUT', '/apiv1/service/plain', { image: { name } });
  await call('POST', '/apiv1/job', { name: 'nightly', image, schedule: '0 3 * * *' });
  const asked = [
    ['POST', '/apiv1/container', image],
    ['POST', '/apiv1/container', { from: 'saved', type: 'label' }],
    ['POST', '/apiv1/container?count=2', image],
    ['POST', '/apiv1/plan', image],
    ['POST', '/apiv1/plan', { service: { name: 'new', image, replicas: 0 } }],
    ['POST', '/apiv1/service', { name: 'new', image, replicas: 0 }],
    ['POST', '/apiv1/service', { name: 'newer', from: 'saved', replicas: 0 }],
    ['PUT', '/apiv1/service/web', { grace: 1 }],
    ['PUT', '/apiv1/service/plain', { from: 'saved' }],
    ['POST', '/apiv1/service/plain/rollback', {}],
    ['POST', '/apiv1/service/web/restart', {}],
    ['POST', '/apiv1/service/web/scale', { replicas: 1 }],
    ['POST', '/apiv1/job', { name: 'weekly', image, schedule: '0 3 * * 0' }],
    ['PUT', '/apiv1/job/nightly', { retries: 1 }],
    ['POST', '/apiv1/job/nightly/run', {}],
  ] as const;
  const [deployer, keeper, viewer] = [
    await openAs(cluster, 'deployer'),
    await openAs(cluster, 'keeper'),
    await openAs(cluster, 'viewer'),
  ];
  for (const [method, url, body] of asked) t.like(await deployer(method, url, body), refused, `${method} ${url}`);
  t.deepEqual(cluster.cache.reservations(), []);
  t.is((await viewer('POST', '/apiv1/plan', image)).status, 403);
  t.is((await deployer('POST', '/apiv1/container', { name, type: 'label' })).status, 201);
  for (const [method, url, body] of asked) {
    const { status, body: answer } = await keeper(method, url, body);
    t.true(status < 300, `${method} ${url}: ${JSON.stringify(answer)}`);
  }
  const operator = await openAs(cluster, 'operator');
  t.is((await operator('POST', '/apiv1/container', image)).status, 201);
  const bastion = await openOther(cluster, 'bastion', { role: 'deployer' });
  t.is((await bastion('POST', '/run', image)).status, 403);
});

test('so must whoever sees the volumes or the processes of a container that has some', async (t) => {
  const { cluster, call } = await openDoor(t, { engines: 1 });
  await call('POST', '/apiv1/role', { name: 'deployer', rules: [{ verbs: ['*'], nouns: ['container'] }] });
  await call('POST', '/apiv1/secret', { name: 'db', value: 'correct horse' });
  const { data } = (await call('POST', '/apiv1/container', { ...image, container_name: 'safe' })).body;
  t.is((await call('POST', '/apiv1/container', { name, type: 'label', container_name: 'plain' })).status, 201);
  const deployer = await openAs(cluster, 'deployer');
  const run = (fields: object) => deployer('POST', '/apiv1/container', { name, type: 'label', ...fields });
  const id = data.id.slice(0, 12);
  for (const reference of ['safe', `${data.id}:ro`, id])
    t.like(await run({ volumes_from: [reference] }), refused, reference);
  t.like(await run({ pid_mode: 'container:safe' }), refused);
  t.is((await run({ volumes_from: ['plain'] })).status, 201);
  t.is((await run({ network_mode: 'container:safe' })).status, 201);
  t.is((await call('POST', '/apiv1/container', { name, type: 'label', volumes_from: ['safe'] })).status, 201);
});
