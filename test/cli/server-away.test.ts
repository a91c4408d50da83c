import test from 'ava';
import { ServerAwayError } from '../../src/cli/api-client.ts';

const cases: readonly (readonly [string, RegExp])[] = [
  ['ECONNREFUSED', /start one with "satsuma serve"/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /not trusted: give its CA/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /not trusted: give its CA/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /is for other names/],
  ['CERT_HAS_EXPIRED', /has expired: renew it/],
  ['EPROTO', /does not seem to use TLS/],
];

test('a server that hangs up on plain HTTP may speak TLS', (t) => {
  const cause = Object.assign(new Error('away'), { code: 'ECONNRESET' });
  t.regex(new ServerAwayError('http://a:8443', cause).message, /if it uses TLS, try https/);
  t.notRegex(new ServerAwayError('https://a:8443', cause).message, /if it uses TLS/);
});

for (const [code, expected] of cases) {
  test(`a server that cannot be reached for ${code} is told with what to do`, (t) => {
    const { message } = new ServerAwayError('https://a:8443', Object.assign(new Error('away'), { code }));
    t.regex(message, /https:\/\/a:8443/);
    t.regex(message, expected);
  });
}
