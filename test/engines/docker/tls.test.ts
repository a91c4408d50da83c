import test from 'ava';
import { readTlsMaterial, type TlsMaterial } from '../../../src/engines/docker/tls.ts';
import { SatsumaError } from '../../../src/model/errors.ts';
import { certificates } from '../certificates.ts';

const { client, stranger } = await certificates();

test('matching certificates make a context', (t) => {
  t.truthy(readTlsMaterial(client).context);
});

const refused = test.macro((t, changes: Partial<TlsMaterial>, message: RegExp) => {
  const error = t.throws(() => readTlsMaterial({ ...client, ...changes }), { instanceOf: SatsumaError, message });
  t.is(error?.code, 'invalid');
  t.notRegex(error?.message ?? '', /-----/);
});

test('an invalid authority is rejected', refused, { ca: 'nonsense' }, /^ca-cert is not a certificate/);
test('an invalid certificate is rejected', refused, { cert: '' }, /^ssl-cert is not a certificate/);
test('an invalid key is rejected', refused, { key: 'nonsense' }, /^ssl-key is not a private key/);
test('a certificate in place of a key is rejected', refused, { key: client.cert }, /^ssl-key is not a private key/);
test('the key of another certificate is rejected', refused, { key: stranger.key }, /^ssl-key does not belong to/);
