import test, { type ExecutionContext } from 'ava';
import { resyncAll } from '../controllers/services/stage.ts';
import { openDoor } from './open-door.ts';

const image = { name: 'demo/busybox:1', type: 'label', project: 'shop' };

/** Stopped containers without a size, older than the quota of their project. */
async function open(t: ExecutionContext, names: readonly string[]) {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  for (const name of names) {
    t.is((await call('POST', '/apiv1/container', { ...image, container_name: name })).status, 201);
    t.is((await call('POST', `/apiv1/container/${name}/stop`)).status, 200);
  }
  await call('POST', '/apiv1/project', { name: 'shop', quota: { cpus: 1, memory: 128 } });
  const run = (changes: object) => call('POST', '/apiv1/container', { ...image, cpus: 0.25, memory: 32, ...changes });
  const start = (name: string) => call('POST', `/apiv1/container/${name}/start`);
  const used = async () => (await call('GET', '/apiv1/project/shop')).body.data.used;
  return { call, cluster, run, start, used };
}

test('a start without a size is counted with all that is left of a younger quota, also after a resync, until it stops', async (t) => {
  const { call, cluster, run, start, used } = await open(t, ['old', 'older']);
  t.is((await run({ container_name: 'till' })).status, 201);
  t.is((await start('old')).status, 200);
  t.deepEqual(await used(), { cpus: 1, memory: 128, containers: 2, gpus: 0 });
  await resyncAll(cluster);
  t.deepEqual(await used(), { cpus: 1, memory: 128, containers: 2, gpus: 0 });
  const refused = await run({});
  t.is(refused.body.code, 'quota_exceeded');
  t.regex(refused.body.data, /held by container old \(0.75\)/);
  const second = await start('older');
  t.is(second.body.code, 'quota_exceeded');
  t.regex(second.body.data, /does not say how much it takes .*satsuma update --cpus N older/);
  t.is((await call('POST', '/apiv1/container/old/restart')).status, 200, 'what runs stays');
  t.deepEqual(await used(), { cpus: 1, memory: 128, containers: 2, gpus: 0 });
  t.is((await call('POST', '/apiv1/container/old/stop')).status, 200);
  t.deepEqual(await used(), { cpus: 0.25, memory: 32, containers: 1, gpus: 0 });
});

test('once it says how much it takes, it is counted with that', async (t) => {
  const { call, cluster, start, used } = await open(t, ['old']);
  t.is((await start('old')).status, 200);
  t.is((await call('POST', '/apiv1/container/old/update', { memory: 64 })).status, 200);
  t.deepEqual(await used(), { cpus: 1, memory: 64, containers: 1, gpus: 0 });
  t.is((await call('POST', '/apiv1/container/old/update', { cpus: 0.5 })).status, 200);
  await resyncAll(cluster);
  t.deepEqual(await used(), { cpus: 0.5, memory: 64, containers: 1, gpus: 0 });
  t.deepEqual(await cluster.store.recountQuotas(), []);
});

test('a container that was made and never started is no way around either', async (t) => {
  const { call, run, start } = await open(t, []);
  await call('PATCH', '/apiv1/project/shop', { quota: { cpus: null, memory: null } });
  t.is((await call('POST', '/apiv1/container?start=false', { ...image, container_name: 'new' })).status, 201);
  await call('PATCH', '/apiv1/project/shop', { quota: { memory: 32 } });
  t.is((await run({ container_name: 'till' })).status, 201);
  t.is((await start('new')).body.code, 'quota_exceeded');
  t.is((await call('DELETE', '/apiv1/container/till')).status, 202);
  t.is((await start('new')).status, 200);
  t.is((await run({})).body.code, 'quota_exceeded');
});

test('of two starts at the same moment one gets what is left', async (t) => {
  const { start, used } = await open(t, ['one', 'two']);
  const answers = await Promise.all([start('one'), start('two')]);
  t.deepEqual(answers.map(({ status }) => status).sort(), [200, 422]);
  t.deepEqual(await used(), { cpus: 1, memory: 128, containers: 1, gpus: 0 });
});

test('what ran before there was a quota is started again as it ran', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  t.is((await call('POST', '/apiv1/container', { ...image, container_name: 'runs' })).status, 201);
  await resyncAll(cluster);
  await call('POST', '/apiv1/project', { name: 'shop', quota: { memory: 0 } });
  t.is((await call('POST', '/apiv1/container/runs/restart')).status, 200);
});
