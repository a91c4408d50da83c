import test from 'ava';
import { canonicalAddress, isWildcard, overlaps } from '../../src/model/host-address.ts';

const canonical = test.macro({
  exec: (t, address: string, expected: string) => t.is(canonicalAddress(address), expected),
  title: (_, address, expected) => `${address} is ${expected}`,
});

test(canonical, '0:0:0:0:0:0:0:1', '::1');
test(canonical, '2001:DB8:0:0::5', '2001:db8::5');
test(canonical, '::ffff:127.0.0.1', '127.0.0.1');
test(canonical, '::ffff:7f00:1', '127.0.0.1');
test(canonical, '0:0:0:0:0:0:0:0', '::');
test(canonical, '10.0.0.5', '10.0.0.5');
test(canonical, '255.255.255.255', '255.255.255.255');
test(canonical, '0.0.0.0', '0.0.0.0');
test(canonical, '010.0.0.5', '8.0.0.5');
test(canonical, '10.5', '10.0.0.5');
test(canonical, '10.0.0.256', '10.0.0.256');
test(canonical, '10.0.0.5.', '10.0.0.5.');
test(canonical, '1.2.3.4.5', '1.2.3.4.5');
test(canonical, '', '');
test(canonical, 'localhost', 'localhost');

test('wildcard addresses are recognized in every spelling', (t) => {
  for (const address of [undefined, '', '0.0.0.0', '::', '0:0:0:0:0:0:0:0', '::ffff:0.0.0.0']) {
    t.true(isWildcard(address), address);
  }
  t.false(isWildcard('::1'));
});

test('one container may bind the wildcards of both families, but neither twice', (t) => {
  t.false(overlaps('0.0.0.0', '::'));
  t.false(overlaps('0.0.0.0', '::1'));
  t.false(overlaps('127.0.0.1', '127.0.0.2'));
  t.true(overlaps('0.0.0.0', '127.0.0.1'));
  t.true(overlaps('::', '0:0:0:0:0:0:0:1'));
  t.true(overlaps('::1', '0:0:0:0:0:0:0:1'));
  t.true(overlaps('::ffff:127.0.0.1', '127.0.0.1'));
  t.true(overlaps(undefined, '::1'));
});
