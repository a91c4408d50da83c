import { request as httpRequest } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { openDoor } from './open-door.ts';

const route = '/apiv1/container/web/archive';

async function open(t: ExecutionContext) {
  const door = await openDoor(t, { engines: 1 });
  await door.call('POST', '/apiv1/container', { name: 'demo/busybox:1', type: 'label', container_name: 'web' });
  return door;
}

test('what is put into a container comes out of it, with its stat', async (t) => {
  const { call } = await open(t);
  const put = await call('PUT', `${route}?path=/data&noOverwriteDirNonDir=true`, 'an archive');
  t.deepEqual([put.status, put.body], [200, { ok: true, data: { path: '/data' } }]);
  const got = await call('GET', `${route}?path=/data`);
  t.is(got.body, 'an archive');
  t.is(got.headers['content-type'], 'application/x-tar');
  const looked = await call('HEAD', `${route}?path=/data`);
  t.is(looked.status, 200);
  for (const { headers } of [got, looked]) {
    const stat = JSON.parse(Buffer.from(String(headers['x-docker-container-path-stat']), 'base64').toString());
    t.like(stat, { name: 'data', linkTarget: '' });
  }
});

test('a container or a path that is not there is 404', async (t) => {
  const { call } = await open(t);
  t.like(await call('GET', `${route}?path=/nope`), { status: 404, body: { code: 'no_such_path' } });
  t.is((await call('HEAD', `${route}?path=/nope`)).status, 404);
  for (const method of ['GET', 'PUT']) {
    const answer = await call(method, '/apiv1/container/nobody/archive?path=/', method === 'PUT' ? 'x' : undefined);
    t.like(answer, { status: 404, body: { code: 'no_such_container' } });
  }
});

for (const [what, query] of [
  ['no path', ''],
  ['an empty path', 'path='],
  ['a NUL in the path', 'path=%2Fa%00b'],
  ['a path that is too long', `path=/${'a'.repeat(4096)}`],
  ['what is unknown', 'path=/&link=true'],
] as const) {
  test(`${what} is 400, and asks no engine`, async (t) => {
    const { call, cluster } = await open(t);
    const before = cluster.engines[0]?.calls.length;
    for (const method of ['GET', 'PUT']) t.is((await call(method, `${route}?${query}`)).status, 400, method);
    t.is(cluster.engines[0]?.calls.length, before);
  });
}

test('an archive may be larger than a body of JSON', async (t) => {
  const { call, cluster } = await open(t);
  t.is((await call('PUT', `${route}?path=/big`, 'x'.repeat(3_000_000))).status, 200);
  t.is(cluster.engines[0]?.archives.get('web:/big')?.length, 3_000_000);
});

test('what the engine refuses is told before all was sent', async (t) => {
  const { server, cluster } = await open(t);
  await server.start();
  t.teardown(() => server.stop());
  cluster.engines[0]?.fail('putArchive', 'no_such_path');
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = httpRequest({ port: server.info.port, path: `${route}?path=/nope`, method: 'PUT' }, (response) => {
      resolve(response.statusCode);
      sent.destroy();
    });
    sent.on('error', reject);
    // Its end is never sent.
    sent.write('the beginning');
  });
  t.is(status, 404);
});

test('a body that breaks off puts nothing', async (t) => {
  const { server, cluster } = await open(t);
  await server.start();
  t.teardown(() => server.stop());
  const engine = cluster.engines[0];
  const answered = new Promise((resolve) => server.events.once('response', resolve));
  const broken = new Promise<void>((resolve) => {
    const sent = httpRequest({ port: server.info.port, path: `${route}?path=/cut`, method: 'PUT' });
    sent.on('error', () => resolve());
    sent.write('the beginning');
    const wait = setInterval(() => {
      if (!engine?.calls.some((call) => call.startsWith('putArchive'))) return;
      clearInterval(wait);
      sent.destroy(new Error('gone'));
    }, 10);
  });
  await broken;
  await answered;
  t.false(engine?.archives.has('web:/cut'));
});
