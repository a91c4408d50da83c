import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { credentialsFor } from '../../src/execution/images/registry-credentials.ts';
import { registryKeyIn } from '../../src/installation/registry-key.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { openDoor } from './open-door.ts';

const secret = 'correct horse battery staple';
const body = { server: 'https://Registry.test:5000/v2/', username: 'ci', password: secret };

test('credentials are kept under one name of the registry, and no answer has the password', async (t) => {
  const { call, cluster } = await openDoor(t);
  const saved = await call('POST', '/apiv1/registry', body);
  t.like(saved, { status: 201, body: { data: { server: 'registry.test:5000', username: 'ci' } } });
  await call('POST', '/apiv1/registry', { ...body, server: 'index.docker.io', username: 'hub' });
  const listed = await call('GET', '/apiv1/registries');
  t.like(listed.body.data, [{ server: 'docker.io' }, { server: 'registry.test:5000' }]);
  for (const answer of [saved, listed]) t.false(JSON.stringify(answer.body).includes(secret));
  t.false(JSON.stringify(await cluster.store.list('registry')).includes(secret));
  t.deepEqual(await credentialsFor(cluster, 'registry.test:5000/team/web:2'), {
    ...{ server: 'registry.test:5000', username: 'ci', password: secret },
  });
  t.is((await credentialsFor(cluster, 'redis'))?.username, 'hub');
  t.is(await credentialsFor(cluster, 'other.test/web'), undefined);
  t.is((await call('DELETE', '/apiv1/registry/registry.test:5000')).status, 202);
  t.like(await call('DELETE', '/apiv1/registry/registry.test:5000'), {
    status: 404,
    body: { code: 'no_such_registry' },
  });
  t.is(await credentialsFor(cluster, 'registry.test:5000/team/web:2'), undefined);
});

test('what is wrong with a password is told without it', async (t) => {
  const { call } = await openDoor(t);
  for (const password of [`${secret}\0`, '', `${secret}${'x'.repeat(20_000)}`, 7]) {
    const { status, body: answer } = await call('POST', '/apiv1/registry', { ...body, password });
    t.is(status, 400);
    t.false(JSON.stringify(answer).includes(secret));
    t.regex(answer.data, /password/);
  }
  t.is((await call('POST', '/apiv1/registry', { ...body, server: 'a b' })).status, 400);
  t.is((await call('POST', '/apiv1/registry', { ...body, username: 'a:b' })).status, 400);
});

test('a pull of a run, and one by hand, go with the credentials of the registry', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 1 });
  const [engine] = cluster.engines;
  await call('POST', '/apiv1/registry', body);
  engine?.registry.add('registry.test:5000/web:2').add('other.test/web:2');
  await call('POST', '/apiv1/container', { name: 'registry.test:5000/web:2', type: 'label' });
  await call('POST', '/apiv1/engine-images/pull', { name: 'other.test/web:2' });
  t.deepEqual(engine?.pullUsers, ['ci', undefined]);
});

test('a key that is missing, open to others or another one is told, and makes no image seem missing', async (t) => {
  const dir = temporaryFolder(t);
  const path = join(dir, 'keys', 'key');
  const door = await openDoor(t, { engines: 1, registryKey: registryKeyIn({ path, isMadeHere: true }) });
  t.is((await door.call('POST', '/apiv1/registry', body)).status, 201);
  t.is((await readFile(path, 'utf8')).trim().length, 64);
  const run = () => door.call('POST', '/apiv1/container', { name: 'registry.test:5000/web:2', type: 'label' });
  const expect = async (message: RegExp) => {
    const { status, body: answer } = await run();
    t.is(status, 503);
    t.is(answer.code, 'registry_key');
    t.regex(answer.data, message);
  };
  await writeFile(path, 'o'.repeat(64));
  await expect(/was encrypted with another key than the one of this server/);
  await writeFile(path, 'short');
  await expect(/has fewer than 32 characters/);
  await rm(path);
  await expect(/cannot read the key of registries in .*key \(ENOENT\)/);
  t.like(await door.call('POST', '/apiv1/registry', body), { status: 503, body: { code: 'registry_key' } });
  await writeFile(path, 'o'.repeat(64), { mode: 0o644 });
  await expect(/others can read the key of registries/);
  const without = await openDoor(t, { registryKey: registryKeyIn(undefined) });
  const refused = await without.call('POST', '/apiv1/registry', body);
  t.regex(refused.body.data, /need registry-key-file in the configuration/);
});

test('a login is checked by the engines, and what the registry refuses is not kept', async (t) => {
  const { call, cluster } = await openDoor(t, { engines: 4 });
  const [a, b, c, d] = cluster.engines;
  for (const engine of cluster.engines) engine.wrongPassword = 'wrong horse';
  const denied = await call('POST', '/apiv1/registry', { ...body, password: 'wrong horse' });
  t.like(denied, { status: 400, body: { code: 'registry_denied' } });
  t.regex(denied.body.data, /^registry.test:5000 rejected the login of ci: .*the password is wrong/);
  t.false(denied.body.data.includes('horse'));
  a?.fail('checkLogin', 'engine_refused');
  b?.fail('checkLogin', 'engine_timeout');
  t.is((await call('POST', '/apiv1/registry', { ...body, password: 'wrong horse' })).status, 400, 'one engine knows');
  t.deepEqual((await call('GET', '/apiv1/registries')).body.data, []);
  t.is((await call('POST', '/apiv1/registry', body)).status, 201);
  c?.fail('checkLogin', 'engine_unreachable');
  const unknown = await call('POST', '/apiv1/registry', { ...body, server: 'other.test' });
  t.like(unknown, { status: 502, body: { code: 'registry_unreachable' } });
  t.regex(unknown.body.data, /no engine that was asked can log in to other.test: /);
  t.false(
    d?.calls.some((each) => each.startsWith('checkLogin')),
    'three are asked',
  );
  const forced = await call('POST', '/apiv1/registry', { ...body, server: 'other.test', force: true });
  t.is(forced.status, 201);
  t.false('warning' in forced.body);
  const names = (await call('GET', '/apiv1/registries')).body.data.map(({ server }: { server: string }) => server);
  t.deepEqual(names, ['other.test', 'registry.test:5000']);
});

test('without an engine a login is kept with a warning', async (t) => {
  const { call } = await openDoor(t);
  const { status, body: answer } = await call('POST', '/apiv1/registry', body);
  t.is(status, 201);
  t.regex(
    String(answer.warning),
    /the credentials were not checked: no engine is available to log in to registry.test:5000/,
  );
});
