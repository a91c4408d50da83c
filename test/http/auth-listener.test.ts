import test, { type ExecutionContext } from 'ava';
import { digestHashes } from '../../src/access/digest/digest.ts';
import { AuthListener } from '../../src/http/domain-auth/auth-listener.ts';
import { routerToken, routerTokenHeader } from '../../src/labels/router-token.ts';
import { domainUserContext } from '../../src/model/domain.ts';
import { startCluster } from '../fixtures/harness.ts';

async function open(t: ExecutionContext) {
  const cluster = await startCluster(t);
  for (const domain of ['*.a.test', 'b.test']) {
    const hashes = JSON.stringify(digestHashes('internal', domain, 'secret'));
    const users = { internal: cluster.installation.encrypt(hashes, domainUserContext(domain, 'internal')) };
    const rules = [{ path: '/', service: 'web', port: 80 }];
    const value = { rules, tls: 'off' as const, users, createdAt: '', updatedAt: '' };
    await cluster.store.write([{ kind: 'domain', id: domain, value }]);
  }
  await cluster.cache.catchUp();
  const listener = new AuthListener(cluster, { host: '127.0.0.1', port: 0 });
  await listener.start();
  t.teardown(() => listener.stop());
  const asRouter = { [routerTokenHeader]: routerToken(cluster.installation) };
  const ask = (path: string, headers: Record<string, string> = asRouter) =>
    fetch(`http://${listener.address}${path}`, { headers });
  return { cluster, ask };
}

test('visitors of a wildcard are asked for a password, too, whichever way its star is written', async (t) => {
  const { ask } = await open(t);
  for (const name of ['*.a.test', '%2A.a.test', '%2a.a.test', 'b.test']) {
    const { status, headers } = await ask(`/auth/${name}?a=b`);
    t.is(status, 401, name);
    t.true(headers.get('www-authenticate')?.includes(`realm="${name.replace(/^%2a/i, '*')}"`), name);
  }
  for (const path of ['/auth/%2A%2A.a.test', '/auth/x%2A.a.test', '/auth/', '/', '/auth/b.test/x'])
    t.is((await ask(path)).status, 404, path);
});

test('whoever is no router of this installation is told nothing', async (t) => {
  const { cluster, ask } = await open(t);
  const token = routerToken(cluster.installation);
  t.is(token, routerToken(cluster.installation));
  const changed = `${token.slice(0, -10)}AAAAAAAAAA`;
  for (const headers of [{}, { [routerTokenHeader]: '' }, { [routerTokenHeader]: changed }]) {
    const { status, headers: answered } = await ask('/auth/b.test', headers);
    t.is(status, 403);
    t.is(answered.get('www-authenticate'), null);
  }
});
