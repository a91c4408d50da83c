import test from 'ava';
import { formatListenAddress, isLoopback, parseListenAddress } from '../../src/config/listen-address.ts';

const parsed = test.macro({
  exec(t, text: string, host: string | undefined, port: number, loopback: boolean) {
    const address = parseListenAddress(text);
    t.deepEqual(address, host === undefined ? { port } : { host, port });
    t.is(address && isLoopback(address), loopback);
    t.is(address && formatListenAddress(address), text);
  },
  title: (_, text, host, _port, loopback) =>
    `${text} is ${host ?? 'all interfaces'}, ${loopback ? 'this machine only' : 'open to others'}`,
});

test(parsed, '127.0.0.1:8080', '127.0.0.1', 8080, true);
test(parsed, '127.8.9.1:1', '127.8.9.1', 1, true);
test(parsed, 'localhost:0', 'localhost', 0, true);
test(parsed, '[::1]:65535', '::1', 65535, true);
test(parsed, ':8080', undefined, 8080, false);
test(parsed, '0.0.0.0:8080', '0.0.0.0', 8080, false);
test(parsed, '[::]:8080', '::', 8080, false);
test(parsed, '10.0.0.5:8080', '10.0.0.5', 8080, false);
test(parsed, '128.0.0.1:8080', '128.0.0.1', 8080, false);
test(parsed, 'localhost.example.org:80', 'localhost.example.org', 80, false);
test(parsed, '[2001:db8::1]:80', '2001:db8::1', 80, false);

test('an invalid address is refused', (t) => {
  for (const text of [
    '',
    '8080',
    'localhost',
    ':65536',
    ':-1',
    ':http',
    '::1:80',
    '[::1]',
    '[10.0.0.1]:80',
    'a b:80',
    'http://a:80',
    ' :80',
  ]) {
    t.is(parseListenAddress(text), undefined, text);
  }
});
