import { createHash } from 'node:crypto';
import test from 'ava';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { archiveOf } from '../execution/archives/archives.ts';
import { openDoor } from './open-door.ts';

/** All of it is ASCII. */
const context = async () => String(await archiveOf([{ name: 'Dockerfile', text: 'FROM demo/busybox:1\n' }]));

test('an image is built of what was uploaded in two parts, once', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  const whole = await context();
  const body = { size: whole.length, sha256: createHash('sha256').update(whole).digest('hex') };
  const { status, body: made } = await call('POST', '/apiv1/upload', body);
  t.is(status, 201);
  const { id, offset } = made.data;
  t.is(offset, 0);
  const url = `/apiv1/upload/${id}`;
  t.like((await call('PATCH', `${url}?offset=0`, whole.slice(0, 500))).body.data, { offset: 500 });
  const wrong = await call('PATCH', `${url}?offset=0`, whole);
  t.is(wrong.status, 409);
  t.like(wrong.body, { code: 'upload_offset', details: { offset: 500 } });
  t.is((await call('POST', `/apiv1/engine-images/build?name=web:1&upload=${id}`)).status, 409);
  t.is((await call('PATCH', `${url}?offset=500`, whole.slice(500))).status, 200);
  t.like((await call('GET', url)).body.data, { id, ...body, offset: whole.length });
  // One that fails may be tried again.
  cluster.engines[0]?.fail('buildImage', 'build_failed', { times: 1 });
  await call('POST', `/apiv1/engine-images/build?name=web:1&upload=${id}`);
  t.is((await call('POST', `/apiv1/engine-images/build?name=web:1&upload=${id}`)).status, 200);
  t.is(String(cluster.engines[0]?.builds.at(-1)?.context), whole);
  const gone = await call('GET', url);
  t.is(gone.status, 404);
  t.is(gone.body.code, 'no_such_upload');
});

test('nobody has the upload of somebody else', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 }, 'token');
  const tokenOf = async (name: string) => {
    const { token } = await createToken(cluster, { name, role: 'operator' }, { name: 'admin', role: 'admin' });
    return { authorization: `Bearer ${token}` };
  };
  const [me, you] = [await tokenOf('me'), await tokenOf('you')];
  const { body } = await call('POST', '/apiv1/upload', { size: 3, sha256: 'a'.repeat(64) }, me);
  const url = `/apiv1/upload/${body.data.id}`;
  t.is((await call('GET', url, undefined, me)).status, 200);
  for (const [method, path] of [
    ['GET', url],
    ['DELETE', url],
    ['PATCH', `${url}?offset=0`],
    ['POST', `/apiv1/engine-images/build?name=web:1&upload=${body.data.id}`],
  ] as const)
    t.is((await call(method, path, undefined, you)).status, 404, method);
  t.is((await call('DELETE', url, undefined, me)).status, 202);
  t.is((await call('GET', url, undefined, me)).status, 404);
});

test('an upload that makes no sense is refused', async (t) => {
  const { call } = await openDoor(t, { engines: 1 });
  const sha256 = 'a'.repeat(64);
  for (const body of [
    { size: 0, sha256 },
    { size: 1.5, sha256 },
    { size: 1, sha256: 'A'.repeat(64) },
    { size: 1 },
    { size: 2 ** 40, sha256 },
  ])
    t.is((await call('POST', '/apiv1/upload', body)).status, 400, JSON.stringify(body));
  t.is((await call('GET', '/apiv1/upload/..%2F..')).status, 400);
  const { body } = await call('POST', '/apiv1/upload', { size: 1, sha256 });
  t.is((await call('PATCH', `/apiv1/upload/${body.data.id}`, 'a')).status, 400);
});
