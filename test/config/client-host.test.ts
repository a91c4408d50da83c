import test from 'ava';
import { clientHost } from '../../src/config/client-host.ts';
import { SatsumaError } from '../../src/model/errors.ts';

test('the client talks to this machine unless SATSUMA_HOST says otherwise', (t) => {
  t.is(clientHost({}), 'http://127.0.0.1:8080');
  t.is(clientHost({ SATSUMA_HOST: '' }), 'http://127.0.0.1:8080');
  t.is(clientHost({ SATSUMA_HOST: 'https://satsuma.example.org/base/' }), 'https://satsuma.example.org/base');
  t.is(clientHost({ SATSUMA_HOST: '10.0.0.5:8080' }), 'http://10.0.0.5:8080');
});

test('a SATSUMA_HOST that is no address is refused, and what may be a password in it not shown', (t) => {
  for (const host of ['10.0.0.5:99999', 'user:geheim@', 'tcp://user:geheim@h:1']) {
    const error = t.throws(() => clientHost({ SATSUMA_HOST: host }), { instanceOf: SatsumaError, code: 'invalid' });
    t.notRegex(error?.message ?? '', /geheim/);
  }
});
