import test, { type ExecutionContext } from 'ava';
import { isRunning, startServer, untilShown } from '../controllers/services/stage.ts';
import { openDoor } from './open-door.ts';

const image = { name: 'demo/busybox:1', cpus: 3 };
const web = { name: 'web', image, replicas: 2, update: { monitor: 0 } };

/** Three engines of 4 CPUs; `plan` gives what is planned, `withPlan` where that is sent. */
async function open(t: ExecutionContext) {
  const { call, cluster } = await openDoor(t, { engines: 3 });
  const plan = async (service: object) => {
    const { status, body } = await call('POST', '/apiv1/plan', { service });
    t.is(status, 200, JSON.stringify(body));
    return body.data;
  };
  const create = (body: object, token: string) => call('POST', `/apiv1/service?plan=${token}`, body);
  /** Takes the room of an engine. */
  const occupy = (id: string) => call('POST', '/apiv1/container', { ...image, constraints: [`node==${id}`] });
  return { call, cluster, plan, create, occupy };
}

test('a service is planned slot by slot, and nothing is changed by that', async (t) => {
  const { cluster, plan, occupy } = await open(t);
  await occupy('b');
  const head = await cluster.store.head();
  const planned = await plan({ ...web, replicas: 3 });
  t.like(planned, { service: 'web', generation: 1, stays: [], gone: [] });
  t.deepEqual(planned.lands, [
    { slot: '1', to: 'a' },
    { slot: '2', to: 'c' },
  ]);
  t.deepEqual(
    planned.stranded.map(({ slot }: { slot: string }) => slot),
    ['3'],
  );
  t.is(planned.stranded[0].refused.engines.length, 3);
  t.like(planned.stranded[0].refused.engines[0], { engine: 'a', code: 'cpus_short' });
  t.is(await cluster.store.head(), head);
});

test('a service runs where it was planned, although its strategy would have it elsewhere by now', async (t) => {
  const { cluster, call, plan, create } = await open(t);
  const { lands, token } = await plan(web);
  t.deepEqual(
    lands.map(({ to }: { to: string }) => to),
    ['a', 'b'],
  );
  // One CPU each: there is room left for what was planned, and `c` is the emptiest now.
  for (const id of ['a', 'b']) {
    await call('POST', '/apiv1/container', { ...image, cpus: 1, constraints: [`node==${id}`] });
  }
  t.is((await plan(web)).lands[0].to, 'c');
  t.is((await create(web, token)).status, 201);
  await startServer(t, cluster);
  const { replicas } = await untilShown(t, cluster, 'web', isRunning);
  t.deepEqual(
    replicas.map(({ engine, view }) => [view.slot, engine]),
    [
      ['1', 'a'],
      ['2', 'b'],
    ],
  );
});

test('what does not matter to a plan does not stop it', async (t) => {
  const { call, plan, create, occupy } = await open(t);
  const { token } = await plan(web);
  await occupy('c');
  await call('POST', '/apiv1/engine', { id: 'd', addr: 'https://d.test:2376' });
  await call('PATCH', '/apiv1/engine/a', { labels: ['ssd'] });
  t.is((await create(web, token)).status, 201);
});

/** What is done between plan and creation, and what the refusal says of it. */
const outdated = test.macro({
  async exec(t, happen: (door: Awaited<ReturnType<typeof open>>) => Promise<unknown>, detail: object) {
    const door = await open(t);
    await door.call('POST', '/apiv1/image', { name: 'saved', image });
    const body = { name: 'web', from: 'saved', replicas: 2, constraints: ['rack!=old'] };
    const { token } = await door.plan(body);
    await happen(door);
    const head = await door.cluster.store.head();
    const { status, body: answer } = await door.create(body, token);
    t.is(status, 409, JSON.stringify(answer));
    t.is(answer.code, 'plan_outdated');
    t.like(answer.details[0], detail);
    t.is(answer.details.length, 1);
    t.is(await door.cluster.store.head(), head, 'nothing was changed');
  },
  title: (fact = '') => `a plan does not hold: ${fact}`,
});

test('room that it needs is taken', outdated, ({ occupy }) => occupy('b'), {
  ...{ engine: 'b', slots: ['2'], code: 'cpus_short' },
});
test('an engine of it is not ok', outdated, ({ call }) => call('PATCH', '/apiv1/engine/a', { status: 'maintenance' }), {
  engine: 'a',
  slots: ['1'],
  code: 'engine_maintenance',
  message: 'the engine is maintenance',
});
test('an engine of it is gone', outdated, ({ call }) => call('DELETE', '/apiv1/engine/a'), {
  ...{ engine: 'a', slots: ['1'], code: 'no_such_engine' },
});
test(
  'an engine of it bears another label',
  outdated,
  ({ call }) => call('PATCH', '/apiv1/engine/b', { labels: ['rack=old'] }),
  { engine: 'b', slots: ['2'], code: 'constraint_unmet' },
);
test(
  'the saved image config has another version',
  outdated,
  ({ call }) => call('PUT', '/apiv1/image/saved', { image: { ...image, memory: 64 } }),
  { code: 'image_config_changed' },
);

test('a change is planned with what runs, and holds while the service is the same', async (t) => {
  const { cluster, call, plan } = await open(t);
  await call('POST', '/apiv1/service', web);
  await startServer(t, cluster);
  await untilShown(t, cluster, 'web', isRunning);
  const scaled = await plan({ name: 'web', replicas: 3 });
  t.like(scaled, { generation: 2, stranded: [], gone: [] });
  t.deepEqual(
    [scaled.stays, scaled.lands],
    [
      [
        { slot: '1', on: 'a' },
        { slot: '2', on: 'b' },
      ],
      [{ slot: '3', to: 'c' }],
    ],
  );
  const other = { ...image, memory: 64 };
  const { lands, token } = await plan({ name: 'web', image: other });
  // One at a time, and each where the one before was, but for the first.
  t.deepEqual(lands, [
    { slot: '1', to: 'c', from: 'a' },
    { slot: '2', to: 'a', from: 'b' },
  ]);
  t.deepEqual((await plan({ name: 'web', replicas: 1 })).gone, [{ slot: '2', on: 'b' }]);
  const applied = await call('PUT', `/apiv1/service/web?plan=${scaled.token}`, { replicas: 3 });
  t.is(applied.status, 200, JSON.stringify(applied.body));
  const late = await call('PUT', `/apiv1/service/web?plan=${token}`, { image: other });
  t.is(late.status, 409);
  t.is(
    late.body.data,
    'the plan for service web is outdated: service web has generation 2 now, but it had generation 1 when it was planned',
  );
});

test('a plan does not hold where a replica that was to stay cannot be counted on', async (t) => {
  const { cluster, call, plan } = await open(t);
  await call('POST', '/apiv1/service', web);
  await startServer(t, cluster);
  await untilShown(t, cluster, 'web', isRunning);
  const { token } = await plan({ name: 'web', replicas: 3 });
  await call('PATCH', '/apiv1/engine/a', { status: 'maintenance' });
  const { status, body } = await call('PUT', `/apiv1/service/web?plan=${token}`, { replicas: 3 });
  t.is(status, 409);
  t.deepEqual(body.details, [
    { code: 'engine_maintenance', message: 'the engine is maintenance', engine: 'a', slots: ['1'] },
  ]);
  // Known to be so, it is part of a plan.
  const anew = await plan({ name: 'web', replicas: 3 });
  t.is((await call('PUT', `/apiv1/service/web?plan=${anew.token}`, { replicas: 3 })).status, 200);
});

test('a global service is planned for the engines that it is meant for', async (t) => {
  const { call, plan, create } = await open(t);
  const agent = { name: 'agent', image: { name: 'demo/busybox:1', constraints: ['rack!=old'] }, replicas: 'global' };
  const { token, lands } = await plan(agent);
  t.deepEqual(
    lands,
    ['a', 'b', 'c'].map((id) => ({ slot: id, to: id })),
  );
  await call('POST', '/apiv1/engine', { id: 'd', addr: 'https://d.test:2376' });
  await call('PATCH', '/apiv1/engine/c', { labels: ['rack=old'] });
  const refused = await create(agent, token);
  t.is(refused.status, 409);
  t.like(refused.body.details[0], { engine: 'c', slots: ['c'], code: 'engine_changed' });
  await call('PATCH', '/apiv1/engine/c', { labels: [] });
  t.is((await create(agent, token)).status, 201);
});

test('nonsense, and the plan of something else, are refused as such', async (t) => {
  const { cluster, call, plan, create } = await open(t);
  const { token } = await plan(web);
  const head = await cluster.store.head();
  const refused = async (body: object, used: string, says: RegExp) => {
    const answer = await create(body, used);
    t.is(answer.status, 400, JSON.stringify(answer.body));
    t.regex(answer.body.data, says);
  };
  await refused(web, 'nonsense', /"plan" is not a valid plan token/);
  await refused(web, '', /"plan" is not allowed to be empty/);
  await refused(web, token.slice(0, -8), /"plan" is not a valid plan token; it may be truncated/);
  await refused({ ...web, name: 'api' }, token, /"plan" is for service web, not for api/);
  await refused({ ...web, replicas: 3 }, token, /"plan" is for another request to web/);
  const bad = await call('POST', '/apiv1/plan', { service: { name: 'web', image: { nam: 'redis' } } });
  t.is(bad.status, 400);
  t.regex(bad.body.data, /"service.image.name" is required/);
  t.is((await call('POST', '/apiv1/plan', { service: { name: 'web', replicas: 2 } })).status, 404);
  t.is((await call('POST', '/apiv1/plan', { service: web, name: 'redis' })).status, 400);
  t.is((await call('PUT', `/apiv1/service/web?plan=${token}`, { replicas: 2 })).status, 400);
  t.is(await cluster.store.head(), head);
});
