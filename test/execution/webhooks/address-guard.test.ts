import type { LookupAddress } from 'node:dns';
import test from 'ava';
import { addressGuard } from '../../../src/execution/webhooks/address-guard.ts';

const closed = [
  ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '169.254.169.254', '169.254.0.1', '100.100.100.200', '168.63.129.16'],
  ...['224.0.0.1', '255.255.255.255', '::1', '::', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:169.254.169.254'],
  ...['::127.0.0.1', 'fe80::1', 'febf::1', 'fd00:ec2::254', 'ff02::1', '64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe'],
  ...['2002:7f00:1::1', '2001:0:1::1', 'not an address', ''],
];
const open = [
  '10.0.0.1',
  '192.168.1.1',
  '172.16.0.1',
  '8.8.8.8',
  '2606:4700::1',
  'fd12::1',
  '64:ff9b::8.8.8.8',
  '::ffff:8.8.8.8',
];

test('loopback, link-local and cloud metadata addresses are closed', (t) => {
  const guard = addressGuard([]);
  for (const address of closed) t.false(guard.isOpen(address), address);
  for (const address of open) t.true(guard.isOpen(address), address);
});

test('exceptions are addresses and networks', (t) => {
  const guard = addressGuard(['127.0.0.1', '169.254.0.0/16', '::1']);
  for (const address of ['127.0.0.1', '169.254.169.254', '::1', '8.8.8.8']) t.true(guard.isOpen(address), address);
  for (const address of ['127.0.0.2', 'fe80::1']) t.false(guard.isOpen(address), address);
});

test('a name is connected to at its checked addresses, and not at all if one of them is closed', async (t) => {
  const found = (...addresses: string[]): LookupAddress[] =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const look = (addresses: LookupAddress[], all: boolean) =>
    new Promise((resolve) => {
      const { lookup } = addressGuard([], async () => addresses);
      lookup('name.test', { all }, (error, address) => resolve(error ? error.message : address));
    });
  t.deepEqual(await look(found('8.8.8.8', '2606:4700::1'), true), found('8.8.8.8', '2606:4700::1'));
  t.is(await look(found('8.8.8.8'), false), '8.8.8.8');
  t.regex(String(await look(found('8.8.8.8', '127.0.0.1'), true)), /^127.0.0.1 is an address of this machine/);
  t.regex(String(await look(found('::ffff:10.0.0.1', '::1'), false)), /^::1 is an address of this machine/);
  t.regex(String(await look([], false)), /has no address/);
});
