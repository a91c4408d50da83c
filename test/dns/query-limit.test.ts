import test from 'ava';
import { QueryLimit } from '../../src/dns/query-limit.ts';

test('an address with too many queries is ignored until the next second, and others are not', (t) => {
  let ms = 1_000;
  const limit = new QueryLimit(() => ms);
  const asked = Array.from({ length: 2_500 }, () => limit.allows('10.0.0.1'));
  t.is(asked.filter(Boolean).length, 2_000);
  t.true(limit.allows('10.0.0.2'));
  ms = 2_000;
  t.true(limit.allows('10.0.0.1'));
});

test('spoofed addresses share one limit', (t) => {
  const limit = new QueryLimit(() => 0);
  t.true(limit.allows('10.9.9.9'));
  const allowed = Array.from({ length: 10_000 }, (_, index) => limit.allows(`host-${index}`)).filter(Boolean);
  t.is(allowed.length, 4_095 + 2_000);
  t.true(limit.allows('10.9.9.9'));
});
