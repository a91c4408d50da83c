import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { temporaryFolder } from '../temporary-folder.ts';
import { openDoor, serveOther } from './open-door.ts';

type Options = NonNullable<Parameters<typeof openDoor>[1]>;

/** A server with Shipyard's door, which makes an account and a role when it starts. */
async function open(t: ExecutionContext, password: string, options: Options = {}) {
  const door = await openDoor(t, options);
  const adminPasswordFile = join(temporaryFolder(t), 'password');
  writeFileSync(adminPasswordFile, `${password}\n`);
  const { server, call } = await serveOther(door.cluster, 'shipyard', { adminPasswordFile });
  t.teardown(() => server.stop());
  const logIn = async (username: string, given: string) =>
    (await call('POST', '/auth/login', { username, password: given })).status;
  return { ...door, logIn, restore: (backup: string) => door.call('POST', '/apiv1/restore', backup) };
}

const [first, second] = ['the first password', 'the second password'];

test('a backup is restored into a server with Shipyard’s door, whose first account gives way', async (t) => {
  const before = await open(t, first, { engines: 1 });
  const ana = { name: 'ana', role: 'user', password: 'correct horse battery' };
  t.is((await before.call('POST', '/apiv1/account', ana)).status, 201);
  const { body: backup } = await before.call('GET', '/apiv1/backup');
  const { pool, registryKey } = before.cluster;
  const next = await open(t, second, { pool, registryKey });
  t.is(await next.logIn('admin', second), 200);
  const { status, body } = await next.restore(backup);
  t.is(status, 200, JSON.stringify(body));
  t.like(body.data, { present: 0, entries: { account: 2, role: 1, engine: 1 } });
  t.deepEqual(
    [await next.logIn('admin', first), await next.logIn('admin', second), await next.logIn('ana', ana.password)],
    [200, 403, 200],
  );
  const all = Object.values<number>(body.data.entries).reduce((sum, count) => sum + count, 0);
  t.like((await next.restore(backup)).body, { ok: true, data: { present: all } });
});

test('the first account stays where the backup has none of its name', async (t) => {
  const before = await openDoor(t, { engines: 1 });
  const { body: backup } = await before.call('GET', '/apiv1/backup');
  const { pool, registryKey } = before.cluster;
  const next = await open(t, second, { pool, registryKey });
  t.is((await next.restore(backup)).status, 200);
  t.is(await next.logIn('admin', second), 200);
});

test('an account or a role that somebody made is in the way as ever', async (t) => {
  const before = await open(t, first, { engines: 1 });
  const { body: backup } = await before.call('GET', '/apiv1/backup');
  const { pool, registryKey } = before.cluster;
  for (const [kind, body] of [
    ['account', { name: 'eve', role: 'admin', password: 'correct horse battery' }],
    ['role', { name: 'reader', rules: [{ verbs: ['read'], nouns: ['*'] }] }],
  ] as const) {
    const next = await open(t, second, { pool, registryKey });
    t.is((await next.call('POST', `/apiv1/${kind}`, body)).status, 201);
    const refused = await next.restore(backup);
    t.like(refused, { status: 409, body: { code: 'restore_refused' } });
    t.regex(refused.body.data, new RegExp(`not empty \\(${kind} ${body.name}\\)`));
    t.is(await next.logIn('admin', second), 200, 'nothing was changed');
  }
});
