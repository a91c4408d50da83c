import test from 'ava';
import { addressesOf, engineAddress, engineMac, freeNetworks, maxEngines } from '../../../example/lab/addresses.ts';

test('a lab has a link, an address for the machine and one for the registry', (t) => {
  t.deepEqual(addressesOf(7), { link: 'satsuma7', machine: '10.213.7.1', registry: '10.213.7.2', prefix: 24 });
});

test('the first engine is at .11, and the last one is still in the subnet', (t) => {
  t.is(engineAddress(0, 1), '10.213.0.11');
  t.is(engineAddress(255, maxEngines), '10.213.255.210');
});

test('the name of a link fits the 15 characters that Linux has for it', (t) => {
  t.true(addressesOf(255).link.length <= 15);
});

test('a hardware address is local, of one machine, and differs by lab and by engine', (t) => {
  t.is(engineMac(0, 1), '02:d5:00:00:00:01');
  t.is(engineMac(255, 200), '02:d5:00:00:ff:c8');
});

const free = test.macro({
  exec: (t, destinations: string[], first: number | undefined) =>
    t.is(freeNetworks(destinations.map((dst) => ({ dst })))[0], first),
  title: (title) => `first free network: ${title}`,
});

test('0 on a machine without labs', free, ['default', '192.168.1.0/24', '127.0.0.0/8'], 0);
test('a subnet of another lab is taken', free, ['10.213.0.0/24', '10.213.1.0/24'], 2);
test('a gap is used again', free, ['10.213.0.0/24', '10.213.2.0/24'], 1);
test('a single address in a subnet takes it', free, ['10.213.0.17'], 1);
test('a wide route does not, since the narrower one wins', free, ['10.0.0.0/8'], 0);
test('somebody who has all of 10.213.0.0/16 keeps it', free, ['10.213.0.0/16'], undefined);
test('a similar number is another network', free, ['10.21.3.0/24', '110.213.0.0/24'], 0);

test('there are 256 networks', (t) => {
  t.is(freeNetworks([]).length, 256);
  const all = Array.from({ length: 256 }, (_, n) => ({ dst: `10.213.${n}.0/24` }));
  t.deepEqual(freeNetworks(all), []);
});
