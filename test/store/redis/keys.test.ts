import test from 'ava';
import { redisKeys } from '../../../src/store/redis/keys.ts';

test('all keys share the hash tag of the prefix and differ', (t) => {
  const keys = redisKeys('satsuma');
  const names = [
    ...Object.values(keys).filter((value) => typeof value === 'string'),
    ...[keys.documents('engine'), keys.documents('engine-key'), keys.documents('idempotency')],
    ...[keys.sums('alpha'), keys.sums('beta'), keys.reservationsOf('alpha'), keys.reservationsOf('beta')],
  ];
  t.is(new Set(names).size, names.length);
  for (const name of names) t.true(name.startsWith('{satsuma}:'), name);
});

for (const prefix of ['', '{a}', 'a}b', 'a b', 'ü', 'x'.repeat(65)]) {
  test(`the prefix "${prefix.slice(0, 10)}" of ${prefix.length} characters is invalid`, (t) => {
    t.throws(() => redisKeys(prefix), { code: 'invalid' });
  });
}
