import test from 'ava';
import { LoginThrottle } from '../../src/access/login-throttle.ts';
import { RecentTries } from '../../src/access/recent-tries.ts';
import { SatsumaError } from '../../src/model/errors.ts';

const fail = () => Promise.reject(new Error('wrong'));

test('after three failures the delay doubles per attempt, up to a minute per address', async (t) => {
  let now = 0;
  const throttle = new LoginThrottle(() => now);
  const waits: number[] = [];
  for (let at = 0; at < 24; at++) {
    // Another account each time: it is the address that waits.
    const failed = await throttle.run({ address: '10.0.0.1', account: `a${at}` }, fail).catch((error) => error);
    if (failed.code !== 'too_many_logins') continue;
    waits.push(failed.details.retry_after);
    now += failed.details.retry_after * 1000;
  }
  t.is(waits.at(-1), 60);
  t.deepEqual(waits.slice(0, 4), [1, 2, 4, 8]);
  t.is(await throttle.run({ address: '10.0.0.2', account: 'b' }, async () => 'in'), 'in');
});

test('an account is delayed per network, up to a minute, and its owner can log in from elsewhere immediately', async (t) => {
  let now = 0;
  const throttle = new LoginThrottle(() => now);
  const stranger = { address: '10.0.0.1', account: 'ana' };
  let longest = 0;
  for (let at = 0; at < 30; at++) {
    const refused = await throttle.run(stranger, fail).catch((error) => error);
    longest = Math.max(longest, refused.details?.retry_after ?? 0);
    now += (refused.details?.retry_after ?? 0) * 1000;
    const owner = { address: `10.9.${at}.1`, account: 'ana' };
    t.is(await throttle.run(owner, async () => 'in'), 'in');
  }
  t.is(longest, 60);
});

test('an account under attack has one free attempt per network, also for its owner', async (t) => {
  const throttle = new LoginThrottle(() => 0);
  const wrong: number[] = [];
  for (let at = 0; at < 40; at++) {
    const who = { address: `10.0.${at}.1`, account: 'ana' };
    const codes: string[] = [];
    for (let tries = 0; tries < 5; tries++)
      codes.push(await throttle.run(who, fail).catch((error) => error.code ?? 'wrong'));
    wrong.push(codes.filter((code) => code === 'wrong').length);
  }
  // Each has one more than is free, after which it waits.
  t.deepEqual([wrong[0], wrong.at(-1)], [4, 2]);
  t.is(await throttle.run({ address: '10.9.9.9', account: 'ana' }, async () => 'in'), 'in');
});

test('in networks where an account has logged in, other accounts’ failures do not delay it', async (t) => {
  const throttle = new LoginThrottle(() => 0);
  const owner = { address: '10.0.0.1', account: 'ana' };
  t.is(await throttle.run(owner, async () => 'in'), 'in');
  for (let at = 0; at < 20; at++)
    await throttle.run({ ...owner, account: `nobody-${at}` }, fail).catch(() => undefined);
  const other = { ...owner, account: 'bob' };
  t.is(await throttle.run(other, async () => 'in').catch((error) => error.code), 'too_many_logins');
  t.is(await throttle.run(owner, async () => 'in'), 'in');
});

test('concurrent checks are limited per network, so that others can log in', async (t) => {
  const throttle = new LoginThrottle(() => 0);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const owner = { address: '10.9.9.9', account: 'ana' };
  const others = { address: '10.0.0.1', account: 'ana' };
  // Their own address has logged in, and so may try what is free, and no more at a time than its share.
  const known = Array.from({ length: 40 }, (_, at) => ({ ...others, account: `a${at}` }));
  for (const who of known) await throttle.run(who, async () => 'in');
  const tries = known.map((who) =>
    throttle
      .run(who, () => held)
      .then(
        () => 'in',
        (error) => error.code,
      ),
  );
  t.is(await throttle.run(owner, async () => 'in'), 'in');
  release();
  const codes = await Promise.all(tries);
  t.is(codes.filter((code) => code === 'in').length, 8);
});

test('an unavailable store does not count as a failure', async (t) => {
  const throttle = new LoginThrottle(() => 0);
  const who = { address: '10.0.0.1', account: 'ana' };
  const away = () => Promise.reject(new SatsumaError('store_unavailable', 'away'));
  for (let at = 0; at < 10; at++) await t.throwsAsync(throttle.run(who, away), { code: 'store_unavailable' });
  t.is(await throttle.run(who, async () => 'in'), 'in');
});

test('of a million names and addresses, the oldest are forgotten first', (t) => {
  const tries = new RecentTries(100);
  for (let at = 0; at < 100_000; at++) tries.count(`a${at}`, 0, 0);
  t.is(tries.countOf('a0', 0), 0);
  t.is(Array.from({ length: 100_000 }, (_, at) => tries.countOf(`a${at}`, 0)).filter((count) => count > 0).length, 100);
  t.is(tries.countOf('a99999', 16 * 60_000), 0);
});

test('concurrent attempts count, and an IPv6 network counts as one address', async (t) => {
  const throttle = new LoginThrottle(() => 0);
  const tries = [...'123456789'].map((digit) =>
    throttle.run({ address: `2001:db8:1:2::${digit}`, account: digit }, fail).catch((error) => error.code ?? 'wrong'),
  );
  t.deepEqual(await Promise.all(tries), [...Array(4).fill('wrong'), ...Array(5).fill('too_many_logins')]);
});

test('a successful login with another account does not reset the attempts', async (t) => {
  const throttle = new LoginThrottle(() => 0);
  const codes: string[] = [];
  for (let at = 0; at < 5; at++) {
    // Three cost nothing. The fourth is counted, and what comes after it waits.
    const who = { address: '10.0.0.1', account: `victim-${at}` };
    codes.push(await throttle.run(who, fail).catch((error) => error.code ?? 'wrong'));
    const own = { address: '10.0.0.1', account: 'own' };
    await throttle.run(own, async () => 'in').catch(() => undefined);
  }
  t.deepEqual(codes, ['wrong', 'wrong', 'wrong', 'wrong', 'too_many_logins']);
});
