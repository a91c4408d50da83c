import test, { type ExecutionContext } from 'ava';
import { isRunning, startServer, untilShown } from '../controllers/services/stage.ts';
import { openDoor } from './open-door.ts';
import { steady } from './services.ts';

const value = 'correct horse battery staple';
const image = { name: 'demo/busybox:1', type: 'label', container_name: 'web', secrets: [{ name: 'db' }] };

async function open(t: ExecutionContext) {
  const door = await openDoor(t, { engines: 1 });
  t.is((await door.call('POST', '/apiv1/secret', { name: 'db', value })).status, 201);
  return door;
}

test('a secret is kept encrypted, and no answer has its value', async (t) => {
  const { call, cluster } = await open(t);
  const listed = await call('GET', '/apiv1/secrets');
  t.like(listed.body.data, [{ name: 'db', version: 1 }]);
  t.like(await call('POST', '/apiv1/secret', { name: 'db', value }), { status: 409, body: { code: 'secret_exists' } });
  const updated = await call('PUT', '/apiv1/secret/db', { value_base64: Buffer.from(`${value} 2`).toString('base64') });
  t.like(updated.body.data, { name: 'db', version: 2, services: [] });
  const shown = await call('GET', '/apiv1/secret/db');
  t.like(shown.body.data, { versions: [{ version: 1, created_by: 'anyone' }, { version: 2 }], used_by: [] });
  for (const answer of [listed, updated, shown]) t.false(JSON.stringify(answer.body).includes('horse'));
  for (const kind of ['secret', 'secret-version'] as const) {
    const text = JSON.stringify(await cluster.store.list(kind));
    t.false(text.includes('horse') || text.includes(Buffer.from(value).toString('base64').slice(0, 20)));
  }
  t.is((await call('DELETE', '/apiv1/secret/db')).status, 202);
  t.deepEqual(await cluster.store.list('secret-version'), []);
  for (const [method, body] of [['GET'], ['PUT', { value }], ['DELETE']] as const)
    t.like(await call(method, '/apiv1/secret/db', body), { status: 404, body: { code: 'no_such_secret' } });
});

test('what is wrong with a value is told without it', async (t) => {
  const { call } = await open(t);
  for (const body of [
    ...[{ value: '' }, {}, { value, value_base64: 'AAAA' }, { value_base64: `${value}!` }, { value: { value } }],
    { value: `${value}${'x'.repeat(300_000)}` },
  ]) {
    const { status, body: answer } = await call('POST', '/apiv1/secret', { name: 'other', ...body });
    t.is(status, 400);
    t.false(JSON.stringify(answer).includes('horse'));
  }
});

test('a container has its secrets before it is started, and nothing shows them', async (t) => {
  const { call, cluster } = await open(t);
  const [engine] = cluster.engines;
  const { status, body } = await call('POST', '/apiv1/container', image);
  t.is(status, 201, JSON.stringify(body));
  const { id } = body.data;
  t.true(engine?.secrets.get(id)?.includes(value));
  const calls = engine?.calls.map((each) => each.split(' ')[0] ?? '') ?? [];
  const put = calls.lastIndexOf('putArchive');
  t.true(put >= 0 && put < calls.indexOf('startContainer'), calls.join(' '));
  t.deepEqual(
    [...(engine?.containers.values() ?? [])].map(({ name }) => name),
    ['web'],
    'what filled the folder is gone',
  );
  for (const path of ['container/web', 'container/web/inspect', 'containers?all', 'logs'])
    t.false(JSON.stringify((await call('GET', `/apiv1/${path}`)).body).includes('horse'), path);
  t.deepEqual((await call('GET', '/apiv1/container/web')).body.data.image.secrets, [{ name: 'db' }]);
  t.false((await call('GET', '/apiv1/backup')).body.includes('horse'));
  t.like(await call('DELETE', '/apiv1/secret/db'), { status: 409, body: { code: 'secret_in_use' } });
  t.deepEqual((await call('GET', '/apiv1/secret/db')).body.data.used_by, ['container web']);
});

test('a container that is started again, or anew, gets its secrets again', async (t) => {
  const { call, cluster } = await open(t);
  const [engine] = cluster.engines;
  const { id } = (await call('POST', '/apiv1/container', image)).body.data;
  await call('POST', '/apiv1/container/web/stop');
  t.false(engine?.secrets.has(id));
  await call('PUT', '/apiv1/secret/db', { value: `${value} 2` });
  for (const action of ['start', 'restart']) {
    t.is((await call('POST', `/apiv1/container/web/${action}`)).status, 200);
    t.true(engine?.secrets.get(id)?.includes(`${value} 2`), action);
  }
  t.false(
    engine?.calls.some((each) => each.startsWith('restartContainer')),
    'the engine would empty the folder',
  );
});

test('an update cannot have the engine start a container again without its secrets', async (t) => {
  const { call } = await open(t);
  await call('POST', '/apiv1/container', image);
  t.is((await call('POST', '/apiv1/container/web/update', { restart_policy: { name: 'always' } })).status, 400);
  t.is((await call('POST', '/apiv1/container/web/update', { memory: 64 })).status, 200);
});

test('a version that is named stays, and a secret that is not there starts nothing', async (t) => {
  const { call, cluster } = await open(t);
  await call('PUT', '/apiv1/secret/db', { value: 'another' });
  const [engine] = cluster.engines;
  const pinned = { ...image, secrets: [{ name: 'db', version: 1, target: 'password', mode: '0400', uid: 1000 }] };
  const { id } = (await call('POST', '/apiv1/container', pinned)).body.data;
  const archive = engine?.secrets.get(id) ?? '';
  t.true(archive.includes(value) && archive.startsWith('password'));
  for (const secret of [{ name: 'nobody' }, { name: 'db', version: 3 }]) {
    const answer = await call('POST', '/apiv1/container', { ...image, container_name: 'other', secrets: [secret] });
    t.like(answer, { status: 404, body: { code: 'no_such_secret' } });
  }
  t.is(engine?.containers.size, 1);
});

test('secrets do not go with a restart policy of the engine, nor with a volume in their folder', async (t) => {
  const { call } = await open(t);
  for (const more of [
    { restart_policy: { name: 'always' } },
    { volumes: ['data:/run/secrets'] },
    { tmpfs: { '/run/secrets/x': '' } },
    { secrets: [{ name: 'db' }, { name: 'other', target: 'db' }] },
    { secrets: [{ name: 'db', target: '../x' }] },
    { secrets: [{ name: 'db', mode: '0999' }] },
  ])
    t.is((await call('POST', '/apiv1/container', { ...image, ...more })).status, 400, JSON.stringify(more));
});

test('a new version exchanges the replicas that have the latest one', async (t) => {
  const { call, cluster } = await open(t);
  await startServer(t, cluster);
  const service = (name: string, secrets: object[]) =>
    call('POST', '/apiv1/service', { ...steady, name, image: { ...steady.image, secrets }, replicas: 2 });
  t.is((await service('api', [{ name: 'db' }])).status, 201);
  await service('old', [{ name: 'db', version: 1 }]);
  for (const name of ['api', 'old']) await untilShown(t, cluster, name, isRunning);
  t.deepEqual((await call('PUT', '/apiv1/secret/db', { value: 'the second one' })).body.data.services, ['api']);
  await untilShown(t, cluster, 'api', (shown) => isRunning(shown) && shown.record.generation === 2);
  const [engine] = cluster.engines;
  const isOf =
    (service: string) =>
    ({ name }: { name: string }) =>
      name.startsWith(`${service}.`);
  const all = [...(engine?.containers.values() ?? [])];
  const folders = (service: string) => all.filter(isOf(service)).map(({ id }) => engine?.secrets.get(id) ?? '');
  t.is(folders('api').length, 2);
  t.true(folders('api').every((archive) => archive.includes('the second one')));
  t.true(folders('old').every((archive) => archive.includes(value)));
  t.like(await call('DELETE', '/apiv1/secret/db'), { status: 409, body: { code: 'secret_in_use' } });
});
