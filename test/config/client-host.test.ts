import test from 'ava';
import { serverUrl } from '../../src/config/client-host.ts';
import { SatsumaError } from '../../src/model/errors.ts';

test('a server is a URL or host:port, by default this machine', (t) => {
  t.is(serverUrl(undefined, 'it'), 'http://127.0.0.1:8080');
  t.is(serverUrl('', 'it'), 'http://127.0.0.1:8080');
  t.is(serverUrl('https://satsuma.example.org/base/', 'it'), 'https://satsuma.example.org/base');
  t.is(serverUrl('10.0.0.5:8080', 'it'), 'http://10.0.0.5:8080');
});

test('an invalid SATSUMA_HOST is refused, without showing a possible password', (t) => {
  for (const host of ['10.0.0.5:99999', 'user:geheim@', 'tcp://user:geheim@h:1']) {
    const error = t.throws(() => serverUrl(host, 'SATSUMA_HOST'), { instanceOf: SatsumaError, code: 'invalid' });
    t.notRegex(error?.message ?? '', /geheim/);
  }
});
