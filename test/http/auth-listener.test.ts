import { createSocket } from 'node:dgram';
import test, { type ExecutionContext } from 'ava';
import { digestHashes } from '../../src/access/digest/digest.ts';
import { AuthListener } from '../../src/http/domain-auth/auth-listener.ts';
import { requestCode, routerToken, routerTokenHeader } from '../../src/labels/router-token.ts';
import { domainUserContext } from '../../src/model/domain.ts';
import { domainRequestsOf } from '../../src/state/domain-requests.ts';
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
  return { cluster, ask, listener };
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

test('requests that routers report are counted by domain and status, and nothing else is', async (t) => {
  const { cluster, listener } = await open(t);
  const socket = createSocket('udp4');
  t.teardown(() => socket.close());
  const [host, port] = listener.address.split(':');
  const send = (text: string) =>
    new Promise((resolve) => socket.send(Buffer.from(text, 'latin1'), Number(port), host, resolve));
  const line = (code: string, rest = '"status":200') =>
    `{"level":"info","ts":1.5,"logger":"http.log.access.satsuma.${code}","msg":"handled request",${rest}}`;
  const a = requestCode(cluster.installation, '*.a.test');
  const b = requestCode(cluster.installation, 'b.test');
  t.regex(a, /^[A-Za-z0-9_-]{22}$/);
  const junk = [
    ...[
      '',
      '{',
      'x'.repeat(9_000),
      line('A'.repeat(22)),
      line('b.test'),
      line(b, '"status":"200"'),
      line(b, '"size":1'),
    ],
    line(b).replace('access', 'error'),
  ];
  for (const text of junk) await send(text);
  for (const rest of ['"status":200', '"status":204,"x":1', '"status":502', '"status":0']) await send(line(a, rest));
  await send(line(b));
  const counted = () => [...domainRequestsOf(cluster.cache).all()];
  // The last one is there after all others, on one machine.
  while (!counted().some(([domain]) => domain === 'b.test')) await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(counted(), [
    ['*.a.test', '2xx', 2],
    ['*.a.test', '5xx', 1],
    ['*.a.test', '0', 1],
    ['b.test', '2xx', 1],
  ]);
  await cluster.store.write([{ kind: 'domain', id: '*.a.test' }]);
  await cluster.cache.catchUp();
  t.deepEqual(counted(), [['b.test', '2xx', 1]], 'a domain that is gone is not counted any more');
});
