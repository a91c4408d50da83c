import test from 'ava';
import { secret, signatureOf, startReceiver } from '../controllers/webhooks/receiver.ts';
import { openDoor, sharedDoor } from './open-door.ts';

const url = 'https://hooks.example.org/satsuma';

test('a webhook is created, listed, shown and removed, and its secret never told', async (t) => {
  const { call } = await openDoor(t);
  const filter = { kind: ['container'], action: ['die', 'oom'] };
  const created = await call('POST', '/apiv1/webhook', { name: 'alerts', url, secret, filter });
  t.is(created.status, 201);
  t.like(created.body.data, { name: 'alerts', url, filter, status: { state: 'new', delivered: 0, last_error: null } });
  const again = await call('POST', '/apiv1/webhook', { name: 'alerts', url, secret });
  t.like(again, { status: 409, body: { code: 'webhook_exists' } });
  const single = await call('POST', '/apiv1/webhook', { name: 'b', url, secret, filter: { kind: 'engine' } });
  t.deepEqual(single.body.data.filter, { kind: ['engine'] });
  const [list, one] = [await call('GET', '/apiv1/webhooks'), await call('GET', '/apiv1/webhook/alerts')];
  t.deepEqual(
    list.body.data.map(({ name }: { name: string }) => name),
    ['alerts', 'b'],
  );
  t.like(one.body.data, { name: 'alerts', url });
  for (const answer of [created, again, single, list, one]) t.notRegex(JSON.stringify(answer.body), /secret/);
  t.is((await call('DELETE', '/apiv1/webhook/alerts')).status, 202);
  for (const method of ['GET', 'DELETE']) {
    t.like(await call(method, '/apiv1/webhook/alerts'), { status: 404, body: { code: 'no_such_webhook' } });
  }
});

const bad = test.macro({
  exec: async (t, given: object, expected: RegExp) => {
    const { call } = await sharedDoor();
    const { status, body } = await call('POST', '/apiv1/webhook', { name: 'a', url, secret, ...given });
    t.is(status, 400);
    t.regex(body.data, expected);
    t.notRegex(JSON.stringify(body), /a secret of the tests|geheim/);
    t.deepEqual((await call('GET', '/apiv1/webhooks')).body.data, []);
  },
  title: (_, given) => `400 for ${JSON.stringify(given).slice(0, 60)}`,
});

test(bad, { url: 'ftp://example.org/' }, /"url" must be a URL like/);
test(bad, { url: 'hooks' }, /"url" must be a URL like/);
test(bad, { url: 'https://user:geheim@example.org/' }, /no user, no password/);
test(bad, { url: 'http://127.0.0.1:9/' }, /"url" has a loopback, link-local or cloud/);
test(bad, { url: 'http://[::1]:9/' }, /"url" has a loopback, link-local or cloud/);
test(bad, { url: 'http://2130706433/' }, /"url" has a loopback, link-local or cloud/);
test(bad, { url: 'http://0x7f.1/' }, /"url" has a loopback, link-local or cloud/);
test(bad, { url: 'http://169.254.169.254/latest' }, /"url" has a loopback, link-local or cloud/);
test(bad, { url: `https://example.org/${'a'.repeat(2_100)}` }, /2048/);
test(bad, { secret: 'geheim' }, /"secret" must have at least 8 characters/);
test(bad, { secret: undefined }, /"secret" is required/);
test(bad, { filter: { kind: ['nonsense'] } }, /filter.kind/);
test(bad, { filter: { nonsense: 'a' } }, /filter.nonsense/);
test(bad, { name: '../x' }, /"name" must begin/);

test('there are a hundred at most', async (t) => {
  const { call, cluster } = await openDoor(t);
  for (let index = 0; index < 100; index++) {
    t.is((await call('POST', '/apiv1/webhook', { name: `n${index}`, url, secret })).status, 201);
  }
  await cluster.cache.catchUp();
  const { status, body } = await call('POST', '/apiv1/webhook', { name: 'more', url, secret });
  t.is(status, 400);
  t.regex(body.data, /there are 100 webhooks already/);
});

test('a test is sent at once, signed, and answers what came of it', async (t) => {
  const { call } = await openDoor(t, { settings: { webhookAllow: ['127.0.0.1'] } });
  const receiver = await startReceiver(t);
  await call('POST', '/apiv1/webhook', { name: 'a', url: receiver.url, secret });
  t.like((await call('POST', '/apiv1/webhook/a/test')).body.data, { delivered: true, status: 204, error: null });
  const [received] = receiver.received;
  t.like(received?.event, { kind: 'webhook', action: 'test', name: 'a' });
  t.is(received?.headers['x-satsuma-signature'], signatureOf(received?.body ?? ''));
  receiver.answer = (response) => response.writeHead(410).end();
  t.like((await call('POST', '/apiv1/webhook/a/test')).body.data, { delivered: false, status: 410, error: 'HTTP 410' });
  receiver.answer = (response) => response.destroy();
  t.like((await call('POST', '/apiv1/webhook/a/test')).body.data, {
    delivered: false,
    status: null,
    error: 'ECONNRESET',
  });
});

test('a test whose secret cannot be read is not sent: its signature would be wrong', async (t) => {
  const { call, cluster } = await openDoor(t, { settings: { webhookAllow: ['127.0.0.1'] } });
  const receiver = await startReceiver(t);
  await call('POST', '/apiv1/webhook', { name: 'a', url: receiver.url, secret });
  const found = await cluster.store.read('webhook', 'a');
  if (!found) return t.fail();
  await cluster.store.write([{ kind: 'webhook', id: 'a', value: { ...found.value, secret: 'of another key' } }]);
  const { body } = await call('POST', '/apiv1/webhook/a/test');
  t.like(body.data, { delivered: false, status: null });
  t.regex(body.data.error, /encrypted with a key that this server does not have/);
  t.deepEqual(receiver.received, []);
});
