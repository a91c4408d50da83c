import { createHash } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { digestHashes } from '../../../src/access/digest/digest.ts';
import { type Verdict, VisitorControl } from '../../../src/commands/domains/authorize-visitor.ts';
import { domainUserContext } from '../../../src/model/domain.ts';
import { startCluster } from '../../fixtures/harness.ts';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

async function open(t: ExecutionContext) {
  const cluster = await startCluster(t);
  const domain = 'staging.test';
  const hashes = JSON.stringify(digestHashes('internal', domain, 'secret'));
  const users = { internal: cluster.installation.encrypt(hashes, domainUserContext(domain, 'internal')) };
  const rules = [{ path: '/', service: 'web', port: 80 }];
  const value = { rules, tls: 'off' as const, users, createdAt: '', updatedAt: '' };
  await cluster.store.write([{ kind: 'domain', id: domain, value }]);
  await cluster.cache.catchUp();
  const control = new VisitorControl(cluster);
  const ask = (authorization?: string, uri = '/', address = '10.0.0.9') =>
    control.authorize({ domain, method: 'GET', uri, authorization, address });
  const answer = (nonce: string, nc = '00000001', { password = 'secret', uri = '/' } = {}) => {
    const response = md5(`${md5(`internal:${domain}:${password}`)}:${nonce}:${nc}:c:auth:${md5(`GET:${uri}`)}`);
    return `Digest username="internal", realm="${domain}", nonce="${nonce}", uri="${uri}", qop=auth, nc=${nc}, cnonce="c", response="${response}"`;
  };
  return { cluster, domain, control, ask, answer };
}

const nonceIn = (verdict: Verdict): string =>
  verdict.is === 'challenge' ? (/nonce="([^"]+)"/.exec(verdict.challenges[0] ?? '')?.[1] ?? '') : '';
const isStale = (verdict: Verdict): boolean =>
  verdict.is === 'challenge' && /stale=true/.test(verdict.challenges.join());

test('who does not know the password is asked for it, and who does comes in', async (t) => {
  const { ask, answer } = await open(t);
  const first = ask();
  t.is(first.is, 'challenge');
  t.deepEqual(ask(answer(nonceIn(first))), { is: 'in', user: 'internal' });
  const wrong = ask(answer(nonceIn(first), '00000002', { password: 'another' }));
  t.is(wrong.is, 'challenge');
  t.false(isStale(wrong));
});

test('an answer is taken once, for the page that it is of, and with its nonce', async (t) => {
  const { ask, answer } = await open(t);
  const nonce = nonceIn(ask());
  const once = answer(nonce);
  t.is(ask(once).is, 'in');
  t.true(isStale(ask(once)));
  t.is(ask(answer(nonce, '00000003')).is, 'in');
  // Requests overtake each other.
  t.is(ask(answer(nonce, '00000002')).is, 'in');
  t.is(ask(answer(nonce, '00000004'), '/other').is, 'challenge');
  t.is(ask(answer('made-up', '00000001')).is, 'challenge');
});

test('a nonce gets old, and another server of the same store takes it', async (t) => {
  const { cluster, domain, ask, answer } = await open(t);
  const nonce = nonceIn(ask());
  const other = new VisitorControl(cluster);
  const visit = { domain, method: 'GET', uri: '/', authorization: answer(nonce), address: '10.0.0.9' };
  t.is(other.authorize(visit).is, 'in');
  cluster.clock.turn(400_000);
  t.true(isStale(ask(answer(nonce))));
});

test('whoever guesses is not looked at any more for a while, and others are', async (t) => {
  const { cluster, ask, answer } = await open(t);
  const nonce = nonceIn(ask());
  for (let guess = 0; guess < 60; guess += 1) ask(answer(nonce, '00000001', { password: `guess ${guess}` }));
  t.is(ask(answer(nonce)).is, 'too many');
  t.is(ask(answer(nonce), '/', '10.0.0.10').is, 'in');
  cluster.clock.turn(61_000);
  t.is(ask(answer(nonceIn(ask()))).is, 'in');
});

test('whoever came in before goes on, whoever guesses beside', async (t) => {
  const { ask, answer } = await open(t);
  const nonce = nonceIn(ask());
  t.is(ask(answer(nonce)).is, 'in');
  const other = nonceIn(ask());
  for (let guess = 0; guess < 60; guess += 1) ask(answer(other, '00000001', { password: `guess ${guess}` }));
  t.is(ask(answer(other)).is, 'too many');
  t.is(ask(answer(nonce, '00000002')).is, 'in');
});

test('who has a network of IPv6, or many addresses, guesses no more often', async (t) => {
  const { ask, answer } = await open(t);
  const guess = (address: string) => ask(answer(nonceIn(ask()), '00000001', { password: 'wrong' }), '/', address).is;
  for (let n = 0; n < 60; n += 1) t.is(guess(`2001:db8::${n.toString(16)}`), 'challenge');
  t.is(guess('2001:db8:0:0:9:9:9:9'), 'too many');
  t.is(guess('2001:db8:0:1::9'), 'challenge');
  for (let n = 0; n < 239; n += 1) t.is(guess(`10.0.1.${n}`), 'challenge');
  t.is(guess('10.0.2.1'), 'too many');
});

test('a router may escape what the client left as it is', async (t) => {
  const { ask, answer } = await open(t);
  t.is(ask(answer(nonceIn(ask()), '00000001', { uri: '/a|b%2f' }), '/a%7Cb%2F').is, 'in');
  t.is(ask(answer(nonceIn(ask()), '00000001', { uri: '/a|b' }), '/a%7Cc').is, 'challenge');
});

test('a domain without users, or none at all, lets nobody in here', async (t) => {
  const { cluster, control, ask, answer } = await open(t);
  const nonce = nonceIn(ask());
  const visit = { method: 'GET', uri: '/', authorization: answer(nonce), address: '10.0.0.9' };
  t.is(control.authorize({ ...visit, domain: 'other.test' }).is, 'unknown');
  const found = await cluster.store.read('domain', 'staging.test');
  const { users: _, ...value } = found?.value ?? {
    users: {},
    rules: [],
    tls: 'off' as const,
    createdAt: '',
    updatedAt: '',
  };
  await cluster.store.write([{ kind: 'domain', id: 'staging.test', value }]);
  await cluster.cache.catchUp();
  t.is(control.authorize({ ...visit, domain: 'staging.test' }).is, 'unknown');
});

test('where a domain asks by Basic, the password itself is the answer, and nowhere else', async (t) => {
  const { cluster, domain, ask } = await open(t);
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  t.is(ask(basic('internal:secret')).is, 'challenge', 'it asks by Digest');
  const found = await cluster.store.read('domain', domain);
  if (!found) throw new Error('no domain');
  await cluster.store.write([{ kind: 'domain', id: domain, value: { ...found.value, auth: 'basic' } }]);
  await cluster.cache.catchUp();
  t.deepEqual(ask(), { is: 'challenge', challenges: [`Basic realm="${domain}", charset="UTF-8"`] });
  t.deepEqual(ask(basic('internal:secret')), { is: 'in', user: 'internal' });
  for (const text of ['internal:wrong', 'nobody:secret', 'internal:', ':secret', 'internal'])
    t.is(ask(basic(text)).is, 'challenge', text);
  t.is(ask('Basic !').is, 'challenge');
  for (let count = 0; count < 60; count++) ask(basic('internal:wrong'));
  t.is(ask(basic('internal:secret')).is, 'too many');
  t.is(ask(basic('internal:secret'), '/', '10.0.1.9').is, 'in', 'from elsewhere');
});
