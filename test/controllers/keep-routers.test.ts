import test from 'ava';
import { isDue } from '../../src/controllers/keep-routers.ts';

test('a router that refused a configuration is given another one at once, and the same one later', (t) => {
  const tried = { notBefore: 60_000, failures: 9, hash: 'refused' };
  t.false(isDue(tried, { hash: 'refused', isCurrent: false, now: 1 }));
  t.true(isDue(tried, { hash: 'another', isCurrent: false, now: 1 }));
  t.true(isDue(tried, { hash: 'refused', isCurrent: false, now: 60_000 }));
});

test('a router that has loaded what is wanted is left alone for a while', (t) => {
  const tried = { notBefore: 300_000, failures: 0, hash: 'loaded' };
  t.false(isDue(tried, { hash: 'loaded', isCurrent: true, now: 1 }));
  t.true(isDue(tried, { hash: 'another', isCurrent: false, now: 1 }));
  t.true(isDue(tried, { hash: 'loaded', isCurrent: true, now: 300_000 }));
  t.true(isDue(undefined, { hash: 'loaded', isCurrent: false, now: 1 }));
});
