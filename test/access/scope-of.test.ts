import test from 'ava';
import { AccessControl } from '../../src/access/access-control.ts';
import { hashPassword } from '../../src/access/password.ts';
import { startCluster } from '../fixtures/harness.ts';

const at = '2026-01-01T00:00:00.000Z';

test('a removed or replaced account, token or role allows nothing', async (t) => {
  const { store, cache, clock } = await startCluster(t);
  const control = new AccessControl(cache, clock);
  const token = { id: 'first', hash: 'x', role: 'admin', createdAt: at, createdBy: 'test' };
  const account = {
    id: 'first',
    role: 'admin',
    password: await hashPassword('a password of ana'),
    createdAt: at,
    createdBy: 'test',
  };
  await store.write([
    { kind: 'token', id: 'ci', value: token },
    { kind: 'account', id: 'ana', value: account },
    { kind: 'role', id: 'all', value: { rules: [{ verbs: ['*'], nouns: ['*'] }], createdAt: at } },
  ]);
  await cache.catchUp();
  const none = { projects: [] };
  const shown = { name: 'ci', role: 'all', tokenId: 'first', account: { name: 'ana', id: 'first' } };
  t.is(control.scopeOf({ name: 'anyone', role: 'admin' }), undefined);
  t.is(control.scopeOf(shown), undefined);
  t.deepEqual(control.scopeOf({ ...shown, tokenId: 'second' }), none, 'another token of that name');
  t.deepEqual(control.scopeOf({ ...shown, name: 'gone' }), none, 'no token of that name');
  t.deepEqual(control.scopeOf({ ...shown, account: { name: 'ana', id: 'second' } }), none, 'another account');
  t.deepEqual(control.scopeOf({ ...shown, account: { name: 'bob', id: 'first' } }), none, 'no account');
  t.deepEqual(control.scopeOf({ ...shown, role: 'gone' }), none, 'no role');
  await store.write([{ kind: 'token', id: 'ci', value: { ...token, scope: { projects: ['shop'] } } }]);
  await cache.catchUp();
  t.deepEqual(control.scopeOf(shown), { projects: ['shop'] });
  t.deepEqual(control.scopeOf({ ...shown, role: 'gone' }), none);
});
