import test from 'ava';
import { openDoor } from './open-door.ts';

const big = { name: 'demo/busybox:1', type: 'label', memory: 4096 };
const key = { 'idempotency-key': 'k' };

test('a count runs that many, and answers with a list', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 2 });
  const { status, body } = await call('POST', '/apiv1/container?count=3', big);
  t.is(status, 201);
  t.is(new Set(body.data.map(({ id }: { id: string }) => id)).size, 3);
  t.false('errors' in body);
  t.deepEqual(cluster.engines.map(({ containers }) => containers.size).sort(), [1, 2]);
  t.is((await call('POST', '/apiv1/container?count=1', big)).body.data.length, 1);
});

test('what does not fit is told beside what runs; where nothing fits it is the answer', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  const { status, body } = await call('POST', '/apiv1/container?count=3', big);
  t.is(status, 201);
  t.is(body.data.length, 2);
  t.deepEqual(
    body.errors.map(({ code }: { code: string }) => code),
    ['unschedulable'],
  );
  t.like(await call('POST', '/apiv1/container?count=2', big), { status: 422, body: { code: 'unschedulable' } });
});

test('all or nothing: where one has no room, none is created', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  const { status, body } = await call('POST', '/apiv1/container?count=3&atomic=true', big);
  t.is(status, 422);
  t.is(body.code, 'unschedulable');
  t.regex(body.data, /^there is room for 2 of 3 containers, and all or none were asked for: /);
  t.like(body.details, { wanted: 3, fit: 2 });
  t.false(cluster.engines[0]?.calls.some((name) => name.startsWith('createContainer')));
  t.deepEqual(await cluster.store.reservations(), []);
  t.is((await call('POST', '/apiv1/container?count=2&atomic=true', big)).body.data.length, 2);
});

test('all or nothing: where one cannot be started, those that were are removed', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  cluster.engines[0]?.fail('startContainer', 'engine_refused', { times: 1 });
  t.like(await call('POST', '/apiv1/container?count=2&atomic', big), { status: 502, body: { code: 'engine_refused' } });
  t.is(cluster.engines[0]?.containers.size, 0);
  t.deepEqual(await cluster.store.reservations(), []);
});

test('all or nothing: what could not be removed again is named', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  cluster.engines[0]?.fail('startContainer', 'engine_refused', { times: 1 });
  // One of the two is undone where it failed; the other's removal is the one that fails.
  cluster.engines[0]?.fail('removeContainer', 'engine_refused');
  const { status, body } = await call('POST', '/apiv1/container?count=2&atomic', big);
  t.is(status, 502);
  t.is(body.details.left.length, 1);
  t.is(cluster.engines[0]?.containers.get(body.details.left[0])?.state, 'running');
});

test('under one key, several are run once; another count is another request', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  const small = { ...big, memory: 10 };
  const first = await call('POST', '/apiv1/container?count=3', small, key);
  t.is(first.status, 201);
  t.deepEqual((await call('POST', '/apiv1/container?count=3', small, key)).body, first.body);
  t.is((await call('POST', '/apiv1/container?count=2', small, key)).body.code, 'idempotency_conflict');
  t.is(cluster.engines[0]?.containers.size, 3);
});

test('a retry of an attempt that broke off finds those that run, and runs the rest', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  cluster.engines[0]?.fail('startContainer', 'engine_timeout', { takesEffect: true, times: 1 });
  t.is((await call('POST', '/apiv1/container?count=2&atomic', big, key)).status, 504);
  t.is(cluster.engines[0]?.containers.size, 1);
  t.is((await call('POST', '/apiv1/container?count=2&atomic', big, key)).body.data.length, 2);
  t.is(cluster.engines[0]?.containers.size, 2);
});
