import test, { type ExecutionContext } from 'ava';
import { openDoor } from './open-door.ts';

const image = { name: 'demo/busybox:1', type: 'label', container_name: 'web', memory: 64, cpus: 0.5 };

async function open(t: ExecutionContext, settings: object = {}) {
  const door = await openDoor(t, { engines: 2, settings });
  const { body } = await door.call('POST', '/apiv1/container', { ...image, labels: ['on-a'] });
  const engine = door.cluster.engines[0];
  if (!engine) throw new Error('no engine');
  const act = (action: string, payload?: object) => door.call('POST', `/apiv1/container/web/${action}`, payload);
  const claims = async (name = 'web'): Promise<Record<string, number>> => {
    const { body } = await door.call('GET', `/apiv1/container/${name}`);
    const held: { key: string; amount: number }[] = body.data.placement.claims;
    return Object.fromEntries(held.map(({ key, amount }) => [key, amount]));
  };
  return { ...door, engine, id: body.data.id as string, act, claims };
}

test('an update takes what it asks for, and gives back what it does not need', async (t) => {
  const { act, claims, engine, id } = await open(t);
  const { status, body } = await act('update', { memory: 128, cpus: 1 });
  t.is(status, 200, JSON.stringify(body));
  t.like(body.data.image, { memory: 128, cpus: 1 });
  t.like(await claims(), { memory: 128, cpu: 1000 });
  t.true(engine.calls.includes(`updateContainer ${id} ${JSON.stringify({ cpus: 1, memory: 128, memory_swap: 256 })}`));
  t.is((await act('update', { memory: 32 })).status, 200);
  t.like(await claims(), { memory: 32, cpu: 1000 });
  t.is((await act('update', { restart_policy: { name: 'always' } })).status, 200);
  t.like(await claims(), { memory: 32, cpu: 1000 });
});

test('an update without room is 409 with the holder, and asks no engine', async (t) => {
  const { act, call, claims, engine } = await open(t);
  await call('POST', '/apiv1/container', { ...image, container_name: 'big', memory: 8000, labels: ['on-a'] });
  const { status, body } = await act('update', { memory: 512 });
  t.is(status, 409);
  t.like(body, { code: 'claim_taken', details: { engine: 'a', claims: [{ key: 'memory', held_by: ['big'] }] } });
  t.regex(body.data, /cannot be updated on engine a: .*ask for less/);
  t.false(engine.calls.some((each) => each.startsWith('updateContainer')));
  t.like(await claims(), { memory: 64 });
});

test('limits that do not go together are refused at once, with the field, and no engine is asked', async (t) => {
  const { act, claims, engine } = await open(t);
  for (const body of [{ memory_swap: 32 }, { memory: 256, memory_swap: 128 }]) {
    const { status, body: answer } = await act('update', body);
    t.is(status, 400);
    t.is(answer.data, '"memory_swap" must not be less than memory, which it includes');
    t.is(answer.details[0].path, 'memory_swap');
  }
  t.false(engine.calls.some((each) => each.startsWith('updateContainer')));
  t.like(await claims(), { memory: 64 });
  t.is((await act('update', { memory_swap: -1 })).status, 200);
});

test('what the engine refuses is given back', async (t) => {
  const { act, claims, engine } = await open(t);
  engine.fail('updateContainer', 'invalid', { times: 1 });
  t.is((await act('update', { memory: 128 })).status, 400);
  t.like(await claims(), { memory: 64 });
  engine.fail('renameContainer', 'engine_unreachable', { times: 1 });
  t.is((await act('rename', { name: 'shop' })).status, 502);
  t.like(await claims(), { 'name/web': 1, 'name/shop': undefined });
});

test('an update of a stopped container holds nothing but its name until it is started', async (t) => {
  const { act, claims } = await open(t);
  await act('stop');
  t.is((await act('update', { memory: 256 })).status, 200);
  t.deepEqual(await claims(), { 'name/web': 1 });
  await act('start');
  t.like(await claims(), { memory: 256 });
});

test('a rename moves the name, which others may take then', async (t) => {
  const { call, act, claims } = await open(t);
  const { status, body } = await act('rename', { name: 'shop' });
  t.is(status, 200, JSON.stringify(body));
  t.is(body.data.name, '/shop');
  t.like(await claims('shop'), { 'name/shop': 1, 'name/web': undefined });
  t.is((await call('POST', '/apiv1/container', { ...image, labels: ['on-b'] })).status, 201);
});

for (const nameScope of ['cluster', 'engine']) {
  test(`a name that another container has is 409 where names are of the ${nameScope}`, async (t) => {
    const { call, act, claims, engine } = await open(t, { nameScope });
    const other = nameScope === 'cluster' ? 'on-b' : 'on-a';
    await call('POST', '/apiv1/container', { ...image, container_name: 'shop', labels: [other] });
    const { status, body } = await act('rename', { name: 'shop' });
    t.is(status, 409);
    t.is(body.code, 'name_taken');
    t.regex(body.data, nameScope === 'cluster' ? /taken on engine b/ : /taken on engine a/);
    t.false(engine.calls.some((each) => each.startsWith('renameContainer')));
    t.like(await claims(), { 'name/web': 1 });
  });
}

test('a rename under a key is done once', async (t) => {
  const { call } = await open(t);
  const rename = (url: string) =>
    call('POST', url, { name: 'shop' }, { 'idempotency-key': 'one', 'content-type': 'application/json' });
  const first = await rename('/apiv1/container/web/rename');
  t.is(first.status, 200);
  t.deepEqual((await rename('/apiv1/container/web/rename')).body, first.body);
});

test('a wait ends with the container', async (t) => {
  const { act, engine } = await open(t);
  const waiting = act('wait');
  const deadline = Date.now() + 30_000;
  while (!engine.calls.some((each) => each.startsWith('waitContainer')) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  engine.exit('web', 7);
  t.like(await waiting, { status: 200, body: { ok: true, data: { exit_code: 7 } } });
});

test('diff, export and commit', async (t) => {
  const { call, act } = await open(t);
  t.deepEqual((await call('GET', '/apiv1/container/web/diff')).body.data, [{ path: '/etc/motd', kind: 'added' }]);
  const archive = await call('GET', '/apiv1/container/web/export');
  t.is(archive.headers['content-type'], 'application/x-tar');
  t.is(archive.body, 'a tar archive');
  const { body } = await act('commit', { image: 'team/web:fixed' });
  t.is(body.data.engine, 'a');
  t.regex(body.data.id, /^sha256:[0-9a-f]{64}$/);
});

for (const [action, payload, path] of [
  ['rename', {}, 'name'],
  ['rename', { name: '../x' }, 'name'],
  ['rename', { name: 'x' }, 'name'],
  ['update', {}, ''],
  ['update', { memory: 0 }, 'memory'],
  ['update', { memory: '64' }, 'memory'],
  ['update', { image: 'x' }, 'image'],
  ['commit', { image: 'UPPER' }, 'image'],
  ['commit', { changes: 'CMD x' }, 'changes'],
] as const) {
  test(`${action} of ${JSON.stringify(payload)} is 400 with its path, and asks no engine`, async (t) => {
    const { act, engine } = await open(t);
    const before = engine.calls.length;
    const { status, body } = await act(action, payload);
    t.is(status, 400);
    t.is(body.details[0].path, path);
    t.is(engine.calls.length, before);
  });
}

test('the name that it has already, and what is nobody’s', async (t) => {
  const { act, call } = await open(t);
  t.like(await act('rename', { name: 'web' }), { status: 400, body: { code: 'invalid' } });
  for (const request of ['POST wait', 'POST rename', 'POST update', 'POST commit', 'GET diff', 'GET export']) {
    const [method = '', action = ''] = request.split(' ');
    const body = { rename: { name: 'other' }, update: { memory: 64 } }[action];
    t.is((await call(method, `/apiv1/container/nobody/${action}`, body)).status, 404, request);
  }
  t.is((await call('POST', '/apiv1/container/web/wait?condition=never')).status, 400);
});
