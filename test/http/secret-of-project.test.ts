import test from 'ava';
import { createToken } from '../../src/commands/accounts/tokens.ts';
import { openDoor } from './open-door.ts';

test('a secret that has the name of one that was asked for is not read for a container of whoever is narrowed, unless it is of its project', async (t) => {
  const { cluster, server } = await openDoor(t, { engines: 1 }, 'token');
  t.teardown(() => server.stop());
  const by = { name: 'test', role: 'admin' };
  const token = async (name: string, projects?: string[]) =>
    (await createToken(cluster, { name, role: 'admin', ...(projects && { scope: { projects } }) }, by)).token;
  const admin = await token('root');
  const asking = (bearer: string) => async (method: string, url: string, body?: object) => {
    const headers = { host: 'localhost', authorization: `Bearer ${bearer}` };
    const payload = body ? { payload: JSON.stringify(body) } : {};
    const answer = await server.inject({ method: method as 'GET', url: `/apiv1/${url}`, headers, ...payload });
    return { status: answer.statusCode, body: JSON.parse(answer.payload) };
  };
  const call = asking(admin);
  for (const name of ['ours', 'theirs']) await call('POST', 'project', { name });
  const narrow = asking(await token('narrow', ['ours']));
  t.is((await narrow('POST', 'secret', { name: 'key', value: 'ours' })).status, 201);
  const image = { name: 'demo/busybox:1', type: 'label', secrets: [{ name: 'key', version: 1, project: 'theirs' }] };
  t.is((await narrow('POST', 'container', { ...image, container_name: 'till' })).status, 201);
  t.is(cluster.cache.named('till')[0]?.image.secrets?.[0]?.project, 'ours', 'whatever the request says');
  t.is((await narrow('POST', 'container/till/stop')).status, 200);
  const found = await cluster.store.read('secret', 'key');
  // As where it was removed while the container was made, and made again by others.
  if (found) await cluster.store.write([{ kind: 'secret', id: 'key', value: { ...found.value, project: 'theirs' } }]);
  const refused = await narrow('POST', 'container/till/start');
  t.is(refused.body.code, 'no_such_secret', JSON.stringify(refused.body));
  if (found) await cluster.store.write([{ kind: 'secret', id: 'key', value: found.value }]);
  t.is((await narrow('POST', 'container/till/start')).status, 200);
});
