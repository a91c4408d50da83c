import test from 'ava';
import { isLoopback } from '../../src/runtime/loopback.ts';

for (const host of [
  ...['localhost', 'LOCALHOST', '127.0.0.1', '127.8.9.10', '::1', '[::1]', '0:0:0:0:0:0:0:1'],
  ...['::ffff:127.0.0.1', '[::ffff:7f00:1]'],
]) {
  test(`${host} is this machine`, (t) => t.true(isLoopback(host)));
}

for (const host of [
  ...['', '0.0.0.0', '::', '10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '[::2]', '128.0.0.1'],
  // Names, which somebody may give to any address.
  ...[
    '127.example',
    '127.0.0.1.example',
    '127.0.0.256',
    '127.1',
    'localhost.example',
    'my-localhost',
    '[localhost',
    '::1]',
  ],
]) {
  test(`${host === '' ? 'nothing' : host} may be another machine`, (t) => t.false(isLoopback(host)));
}
