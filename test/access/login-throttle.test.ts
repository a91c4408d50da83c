import test from 'ava';
import { LoginThrottle } from '../../src/access/login-throttle.ts';

const fail = () => Promise.reject(new Error('wrong'));

test('after three failures each try waits twice as long, up to a minute for an address', async (t) => {
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

test('an account waits for 5 seconds at most, from wherever it is tried', async (t) => {
  let now = 0;
  const throttle = new LoginThrottle(() => now);
  let longest = 0;
  for (let at = 0; at < 20; at++) {
    const who = { address: `10.0.${at}.1`, account: 'ana' };
    const refused = await throttle.run(who, fail).catch((error) => error);
    longest = Math.max(longest, refused.details?.retry_after ?? 0);
    now += (refused.details?.retry_after ?? 0) * 1000;
  }
  t.is(longest, 5);
  now += 5_000;
  t.is(await throttle.run({ address: '10.9.9.9', account: 'ana' }, async () => 'in'), 'in');
});

test('tries at the same moment count, and all addresses of an IPv6 network are one', async (t) => {
  const throttle = new LoginThrottle(() => 0);
  const tries = [...'123456789'].map((digit) =>
    throttle.run({ address: `2001:db8:1:2::${digit}`, account: digit }, fail).catch((error) => error.code ?? 'wrong'),
  );
  t.deepEqual(await Promise.all(tries), [...Array(4).fill('wrong'), ...Array(5).fill('too_many_logins')]);
});

test('a login of their own gives those who guess no more tries', async (t) => {
  const throttle = new LoginThrottle(() => 0);
  const codes: string[] = [];
  for (let at = 0; at < 4; at++) {
    const who = { address: '10.0.0.1', account: `victim-${at}` };
    codes.push(await throttle.run(who, fail).catch((error) => error.code ?? 'wrong'));
    const own = { address: '10.0.0.1', account: 'own' };
    await throttle.run(own, async () => 'in').catch(() => undefined);
  }
  t.deepEqual(codes, ['wrong', 'wrong', 'wrong', 'too_many_logins']);
});
