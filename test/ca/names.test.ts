import test from 'ava';
import { canonicalHosts, checkName } from '../../src/ca/names.ts';
import { SatsumaError } from '../../src/model/errors.ts';

const accepted = test.macro({
  exec(t, hosts: string[], expected: string[]) {
    t.deepEqual(canonicalHosts(hosts), expected);
  },
  title: (title) => `${title} is accepted`,
});

test('an IPv4 address', accepted, ['10.0.0.5'], ['10.0.0.5']);
test('an IPv6 address, in its shortest spelling,', accepted, ['2001:DB8:0:0:0:0:0:1', '::'], ['2001:db8::1', '::']);
test('an IPv4 address inside an IPv6 one', accepted, ['::ffff:10.0.0.5'], ['::ffff:a00:5']);
test('a DNS name, in lower case,', accepted, ['Docker-1.Example.org', 'web'], ['docker-1.example.org', 'web']);
test('a duplicate, once,', accepted, ['::1', '0:0::1', 'a', 'A'], ['::1', 'a']);

const refused = test.macro({
  exec(t, host: string) {
    const error = t.throws(() => canonicalHosts(['10.0.0.5', host]), { instanceOf: SatsumaError });
    t.is(error?.code, 'invalid');
    t.true(error?.message.includes(JSON.stringify(host)));
  },
  title: (_, host) => `${JSON.stringify(host)} is not a host`,
});

for (const host of [
  '',
  ' ',
  'a b',
  'a,b',
  'tcp://10.0.0.5',
  '10.0.0.5:2376',
  '[::1]',
  'fe80::1%eth0',
  '10.0.0.256',
  '010.0.0.5',
  '1.2.3',
  '*.example.org',
  'under_score',
  '-a',
  'a-',
  'a..b',
  'a.',
  'a\n',
  'é',
  `${'a'.repeat(64)}.org`,
  `${'a.'.repeat(127)}org`,
  "a', DNS:b",
]) {
  test(refused, host);
}

test('an engine without a host is refused', (t) => {
  t.throws(() => canonicalHosts([]), { instanceOf: SatsumaError, message: /at least one host/ });
});

test('a name is 1 to 128 of [a-zA-Z0-9_.-], starting with a letter or digit', (t) => {
  for (const name of ['a', '7', 'A.b_c-d', 'x'.repeat(128)]) t.notThrows(() => checkName(name));
  for (const name of ['', '.', '..', '.a', '-a', '_a', 'a/b', 'a b', 'a\n', 'a\0', 'é', '../a', 'x'.repeat(129)]) {
    t.is(t.throws(() => checkName(name), { instanceOf: SatsumaError })?.code, 'invalid', JSON.stringify(name));
  }
});
