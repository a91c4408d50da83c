import test from 'ava';
import { createdOn, startServer } from '../controllers/services/stage.ts';
import { openDoor } from './open-door.ts';
import { keeper, steady, untilService } from './services.ts';

test('a service is created, run, shown and listed', async (t) => {
  const { call } = await keeper(t, { engines: 2 });
  const { status, body } = await call('POST', '/apiv1/service', { name: 'web', replicas: 2, ...steady });
  t.is(status, 201);
  t.like(body.data, {
    ...{ name: 'web', generation: 1, cause: 'create', replicas: 2, grace: 30 },
    // Replicas may share an engine and are spread, where a single container is alone.
    image: { name: 'demo/busybox:1', type: 'label', strategy: 'spread', spread: 'engine' },
    update: { parallelism: 1, delay: 0, order: 'start-first', monitor: 0, max_failure: 0, on_failure: 'pause' },
    status: { state: 'updating', ready: 0, wanted: 2 },
  });
  const shown = await untilService(t, call, 'web', ({ status: { state } }) => state === 'running');
  t.like(shown.status, { ready: 2, wanted: 2, waiting: [], rollout: { state: 'completed', stable_generation: 1 } });
  t.deepEqual(
    shown.status.replicas.map(({ slot, state }) => `${slot} ${state}`),
    ['1 ready', '2 ready'],
  );
  await call('POST', '/apiv1/service', { name: 'api', ...steady });
  const { data } = (await call('GET', '/apiv1/services')).body;
  t.deepEqual(
    data.map(({ name }: { readonly name: string }) => name),
    ['api', 'web'],
  );
});

test('a service may have 300 constraints and 300 variables', async (t) => {
  const { call } = await keeper(t, { engines: 1 });
  const constraints = Array.from({ length: 300 }, (_, index) => `node!=engine-${index}`);
  const environment = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`VARIABLE_${index}`, 'x'.repeat(99)]),
  );
  const image = { ...steady.image, constraints, environment };
  const { status, body } = await call('POST', '/apiv1/service', { name: 'web', ...steady, image });
  t.is(status, 201, JSON.stringify(body).slice(0, 300));
  await untilService(t, call, 'web', ({ status: { state } }) => state === 'running');
});

test('there is one service of a name', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', '/apiv1/service', { name: 'web', ...steady });
  const again = await call('POST', '/apiv1/service', { name: 'web', ...steady });
  t.like(again, { status: 409, body: { code: 'service_exists' } });
});

test('one that is asked for again under its key is created once', async (t) => {
  const { call } = await openDoor(t);
  const key = { 'idempotency-key': 'deploy-1' };
  const first = await call('POST', '/apiv1/service', { name: 'web', ...steady }, key);
  const second = await call('POST', '/apiv1/service', { name: 'web', ...steady }, key);
  t.is(second.status, 201);
  t.deepEqual(second.body, first.body);
  const other = await call('POST', '/apiv1/service', { name: 'api', ...steady }, key);
  t.like(other, { status: 409, body: { code: 'idempotency_conflict' } });
});

test('a change leaves what it does not name, and is another generation only where something changes', async (t) => {
  const { call } = await openDoor(t);
  const health = { type: 'http', port: 80 };
  const image = { ...steady.image, bind_ports: [{ container_port: 80 }] };
  const unpublished = await call('POST', '/apiv1/service', { name: 'web', health, ...steady });
  t.like(unpublished, { status: 400, body: { code: 'invalid' } });
  await call('POST', '/apiv1/service', { name: 'web', health, grace: 5, ...steady, image });
  const put = async (body: object) => (await call('PUT', '/apiv1/service/web', body)).body.data;
  t.like(await put({ update: { parallelism: 3 } }), {
    ...{ generation: 2, cause: 'update', grace: 5, update: { parallelism: 3, monitor: 0 } },
    health: { type: 'http', port: 80, path: '/', interval: 5, timeout: 2, retries: 3, start_period: 0 },
  });
  t.is((await put({ grace: 5 })).generation, 2);
  t.like(await put({ constraints: ['node!=old'] }), { generation: 3, image: { constraints: ['node!=old'] } });
  const bare = await put({ health: null });
  t.is(bare.generation, 4);
  t.false('health' in bare);
});

test('of two who change the same generation the second is told which one there is now', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', '/apiv1/service', { name: 'web', ...steady });
  const change = (grace: number) => call('PUT', '/apiv1/service/web', { grace, generation: 1 });
  t.like(await change(1), { status: 200, body: { data: { generation: 2 } } });
  t.like(await change(2), { status: 409, body: { code: 'service_changed', details: { generation: 2 } } });
  t.is((await call('GET', '/apiv1/service/web')).body.data.grace, 1);
});

test('what cannot be changed is refused, and nothing is', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', '/apiv1/service', { name: 'web', ...steady });
  await call('POST', '/apiv1/service', { name: 'agent', ...steady, replicas: 'global' });
  const refused = [
    await call('PUT', '/apiv1/service/web', { name: 'other' }),
    await call('PUT', '/apiv1/service/web', { replicas: 'global', grace: 1 }),
    await call('PUT', '/apiv1/service/agent', { replicas: 2 }),
    await call('POST', '/apiv1/service/agent/scale', { replicas: 2 }),
  ];
  for (const answer of refused) t.like(answer, { status: 409, body: { code: 'unchangeable' } });
  t.is((await call('GET', '/apiv1/service/web')).body.data.generation, 1);
});

test('scaling makes a generation, and starts nothing anew', async (t) => {
  const { call, cluster } = await keeper(t, { engines: 2 });
  await call('POST', '/apiv1/service', { name: 'web', ...steady });
  await untilService(t, call, 'web', ({ status: { state } }) => state === 'running');
  t.like((await call('POST', '/apiv1/service/web/scale', { replicas: 3 })).body.data, {
    generation: 2,
    cause: 'scale',
  });
  await untilService(t, call, 'web', ({ status: { ready } }) => ready === 3);
  t.is(createdOn(cluster), 3);
});

test('a rollback goes to the generation before, or to the one named, and keeps the number of replicas', async (t) => {
  const { call } = await openDoor(t);
  const { image, ...rest } = steady;
  const version = (VERSION: string) => ({ image: { ...image, environment: { VERSION } } });
  await call('POST', '/apiv1/service', { name: 'web', ...rest, ...version('1') });
  for (const each of ['2', '3']) await call('PUT', '/apiv1/service/web', version(each));
  await call('POST', '/apiv1/service/web/scale', { replicas: 4 });
  const back = await call('POST', '/apiv1/service/web/rollback');
  t.like(back.body.data, { generation: 5, cause: 'rollback', replicas: 4, image: { environment: { VERSION: '2' } } });
  const first = await call('POST', '/apiv1/service/web/rollback', { generation: 1 });
  t.like(first.body.data, { generation: 6, image: { environment: { VERSION: '1' } } });
  const never = await call('POST', '/apiv1/service/web/rollback', { generation: 9 });
  t.like(never, { status: 404, body: { code: 'no_such_generation' } });
  const { data } = (await call('GET', '/apiv1/service/web/generations')).body;
  t.deepEqual(
    data.map((each: Record<string, unknown>) => [each.generation, each.template, each.cause, each.replicas]),
    [
      [1, 1, 'create', 1],
      [2, 2, 'update', 1],
      [3, 3, 'update', 1],
      [4, 3, 'scale', 4],
      [5, 2, 'rollback', 4],
      [6, 1, 'rollback', 4],
    ],
  );
});

test('a rollback goes back behind restarts of what is there', async (t) => {
  const { call } = await openDoor(t);
  const version = (VERSION: string) => ({ image: { ...steady.image, environment: { VERSION } } });
  await call('POST', '/apiv1/service', { name: 'web', ...steady, ...version('1') });
  await call('PUT', '/apiv1/service/web', version('2'));
  for (const path of ['restart', 'restart']) await call('POST', `/apiv1/service/web/${path}`);
  const back = await call('POST', '/apiv1/service/web/rollback');
  t.like(back.body.data, { generation: 5, image: { environment: { VERSION: '1' } } });
});

test('a service that has never been another one cannot go back', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', '/apiv1/service', { name: 'web', ...steady });
  await call('POST', '/apiv1/service/web/restart');
  const answer = await call('POST', '/apiv1/service/web/rollback');
  t.like(answer, { status: 404, body: { code: 'no_such_generation' } });
});

test('a paused service exchanges nothing until it is resumed', async (t) => {
  const { call, cluster } = await keeper(t, { engines: 1 });
  await call('POST', '/apiv1/service', { name: 'web', ...steady });
  await untilService(t, call, 'web', ({ status: { state } }) => state === 'running');
  t.is((await call('POST', '/apiv1/service/web/pause')).body.data.status.state, 'paused');
  const image = { ...steady.image, environment: { VERSION: '2' } };
  t.is((await call('PUT', '/apiv1/service/web', { image })).body.data.status.state, 'paused');
  // When this one runs, the other has been looked at.
  await call('POST', '/apiv1/service', { name: 'witness', ...steady });
  await untilService(t, call, 'witness', ({ status: { state } }) => state === 'running');
  t.is(createdOn(cluster), 2);
  t.is((await call('POST', '/apiv1/service/web/resume')).body.data.status.state, 'updating');
  const done = await untilService(t, call, 'web', ({ status: { state } }) => state === 'running');
  t.is(done.status.replicas.find(({ state }) => state === 'ready')?.generation, 2);
});

test('a change, and a resume, show at once that the update goes on: what failed before says nothing of it', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  const { leadership } = await startServer(t, cluster);
  await call('POST', '/apiv1/service', { name: 'web', ...steady });
  await untilService(t, call, 'web', ({ status: { state } }) => state === 'running');
  const broken = { image: { ...steady.image, name: 'demo/broken:1', pull: 'never' } };
  await call('PUT', '/apiv1/service/web', broken);
  const failed = await untilService(t, call, 'web', ({ status: { state } }) => state === 'paused');
  t.is(failed.status.rollout.failures, 1);
  // Nobody looks after it any more: what is shown is what was asked for.
  await leadership.stop();
  const resumed = (await call('POST', '/apiv1/service/web/resume')).body.data;
  t.like(resumed.status, { state: 'updating', waiting: [], rollout: { state: 'updating', failures: 0 } });
  const changed = (await call('PUT', '/apiv1/service/web', { image: steady.image })).body.data;
  t.like(changed.status, { state: 'updating', waiting: [], rollout: { state: 'updating', generation: 3 } });
});

test('a service that is removed stops its replicas, can be changed no more, and is gone', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  await call('POST', '/apiv1/service', { name: 'web', ...steady });
  t.is((await call('DELETE', '/apiv1/service/web')).status, 202);
  t.is((await call('DELETE', '/apiv1/service/web')).status, 202);
  t.like((await call('GET', '/apiv1/service/web')).body.data.status, { state: 'removing', wanted: 0 });
  t.like(await call('PUT', '/apiv1/service/web', { grace: 1 }), { status: 409, body: { code: 'service_removed' } });
  await startServer(t, cluster);
  await untilService(t, call, 'web', undefined);
  t.like(await call('DELETE', '/apiv1/service/web'), { status: 404, body: { code: 'no_such_service' } });
});

test('a service is made of a saved image config, and stays as it was when that changes', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', '/apiv1/image', { name: 'base', image: { ...steady.image, environment: { A: '1' } } });
  await call('POST', '/apiv1/service', { name: 'web', from: 'base', spread: 'zone' });
  const other = { from: 'base@1', environment: { B: '2' } };
  await call('POST', '/apiv1/service', { name: 'api', image: other });
  await call('PUT', '/apiv1/image/base', { image: { ...steady.image, memory: 64 } });
  const shown = async (name: string) => (await call('GET', `/apiv1/service/${name}`)).body.data.image;
  t.like(await shown('web'), { environment: { A: '1' }, spread: 'zone' });
  t.like(await shown('api'), { environment: { A: '1', B: '2' } });
});

test('a restart is a generation of its own; who names the generation that was seen is told of another', async (t) => {
  const { call } = await openDoor(t);
  await call('POST', '/apiv1/service', { name: 'web', ...steady });
  const restarted = await call('POST', '/apiv1/service/web/restart');
  t.like(restarted, { status: 200, body: { data: { generation: 2, cause: 'restart', force_update: 1 } } });
  const outdated = await call('POST', '/apiv1/service/web/restart', { generation: 1 });
  t.like(outdated, { status: 409, body: { code: 'service_changed' } });
  const forced = await call('PUT', '/apiv1/service/web', { force: true, grace: 3 });
  t.like(forced.body.data, { generation: 3, force_update: 2, grace: 3 });
  t.like(await call('PUT', '/apiv1/service/web', { force_update: 9 }), { status: 400 });
  t.like(await call('POST', '/apiv1/service/none/restart'), { status: 404 });
});
