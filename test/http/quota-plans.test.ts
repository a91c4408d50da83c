import test, { type ExecutionContext } from 'ava';
import { updateEngine } from '../../src/commands/engines/update-engine.ts';
import { eventually, resyncAll, startServer } from '../controllers/services/stage.ts';
import { openDoor } from './open-door.ts';

const image = { name: 'demo/busybox:1', type: 'label', strategy: 'spread', project: 'shop' };
const full = /the quota of project shop has no room: 1 containers wanted, 0 of \d left/;

/** Engines with `replicas` of a service that run, and a quota that they fill. */
async function open(
  t: ExecutionContext,
  { engines = 2, replicas = 0, order = 'start-first' }: { engines?: number; replicas?: number; order?: string } = {},
) {
  const { call, cluster } = await openDoor(t, { engines });
  await call('POST', '/apiv1/project', { name: 'shop', quota: { containers: replicas } });
  if (replicas > 0) {
    const { cluster: server } = await startServer(t, cluster);
    const update = { monitor: 0, order };
    await call('POST', '/apiv1/service', { name: 'web', replicas, image, update });
    await eventually(t, async () => {
      await resyncAll(cluster);
      return (await call('GET', '/apiv1/service/web')).body.data.status.rollout?.state === 'completed';
    });
    await server.cache.catchUp();
  }
  const setQuota = (containers: number) => call('PATCH', '/apiv1/project/shop', { quota: { containers } });
  return { call, cluster, setQuota };
}

test('the plan of a container says that the quota would refuse it, or that it must say its size, and changes nothing', async (t) => {
  const { call, cluster } = await open(t);
  const head = await cluster.store.head();
  const { status, body } = await call('POST', '/apiv1/plan', image);
  t.is(status, 200);
  t.like(body.data, { engine: null, candidates: [] });
  t.regex(body.data.refused.counts[0].message, full);
  t.is(body.data.refused.engines[0].code, 'quota_exceeded');
  t.is(await cluster.store.head(), head);
  await call('PATCH', '/apiv1/project/shop', { quota: { containers: null, memory: 64 } });
  const { refused } = (await call('POST', '/apiv1/plan', image)).body.data;
  t.regex(refused.counts[0].message, /say how much the container takes \(--memory\)/);
  t.is((await call('POST', '/apiv1/plan', { ...image, memory: 64 })).body.data.engine, 'a');
});

test('the plan of a service has as many places as the quota has room for', async (t) => {
  const { call, setQuota } = await open(t);
  await setQuota(2);
  const { lands, stranded } = (await call('POST', '/apiv1/plan', { service: { name: 'web', replicas: 4, image } })).body
    .data;
  t.is(lands.length, 2);
  t.deepEqual(
    stranded.map(({ slot }: { slot: string }) => slot),
    ['3', '4'],
  );
  t.regex(stranded[0].refused.engines[0].message, full);
});

test('an update that starts first needs room for one more, and one that stops first needs none', async (t) => {
  const { call, setQuota } = await open(t, { replicas: 2 });
  const plan = async (update: object) =>
    (
      await call('POST', '/apiv1/plan', {
        service: { name: 'web', replicas: 2, update, image: { ...image, environment: { A: '1' } } },
      })
    ).body.data;
  const first = await plan({ monitor: 0, order: 'start-first', parallelism: 1 });
  t.is(first.lands.length, 0);
  t.regex(first.stranded[0].refused.engines[0].message, full);
  t.is((await plan({ monitor: 0, order: 'stop-first', parallelism: 1 })).lands.length, 2);
  await setQuota(3);
  t.is((await plan({ monitor: 0, order: 'start-first', parallelism: 1 })).lands.length, 2);
});

test('a drain is refused where the quota has no room for a successor beside its predecessor; a loss is none', async (t) => {
  const { call, setQuota } = await open(t, { replicas: 2 });
  const { data } = (await call('GET', '/apiv1/engine/a/rehearse-loss')).body;
  t.deepEqual(data.stranded, []);
  t.is(data.lands.length, 1);
  const refused = await call('POST', '/apiv1/engine/a/drain', {});
  t.is(refused.body.code, 'drain_blocked');
  t.regex(refused.body.details[0].message, full);
  await setQuota(3);
  t.is((await call('POST', '/apiv1/engine/a/drain', {})).status, 202);
});

test('a rebalance moves nothing that the quota would not let start elsewhere, and says so', async (t) => {
  const { call, cluster, setQuota } = await open(t, { engines: 1, replicas: 3 });
  await call('POST', '/apiv1/engine', { id: 'b', addr: 'https://b.test:2376', labels: [] });
  await updateEngine(cluster, 'b', { intent: 'active' });
  const plan = async () => (await call('GET', '/apiv1/rebalance/plan')).body.data;
  const blocked = await plan();
  t.deepEqual(blocked.moves, []);
  t.like(blocked.stays[0], { service: 'web', replicas: 3, code: 'quota_exceeded' });
  t.regex(blocked.stays[0].message, full);
  await setQuota(4);
  t.is((await plan()).moves.length, 1);
});

test('a service is not stopped for a move after which its quota would not let it start', async (t) => {
  const { call, cluster, setQuota } = await open(t);
  await setQuota(1);
  await startServer(t, cluster);
  const mounts = [{ type: 'volume', source: 'data', target: '/data' }];
  await call('POST', '/apiv1/service', {
    name: 'db',
    replicas: 1,
    image: { ...image, mounts },
    update: { monitor: 0 },
  });
  await eventually(t, async () => {
    await resyncAll(cluster);
    return (await call('GET', '/apiv1/service/db')).body.data.status.rollout?.state === 'completed';
  });
  const [replica] = cluster.cache.allReplicas();
  const to = replica?.engineId === 'a' ? 'b' : 'a';
  await setQuota(0);
  const refused = await call('POST', '/apiv1/service/db/move', { to });
  t.is(refused.body.code, 'quota_exceeded', JSON.stringify(refused.body));
  await setQuota(1);
  t.is((await call('POST', '/apiv1/service/db/move', { to })).status, 202);
});
