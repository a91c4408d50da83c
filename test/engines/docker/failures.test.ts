import test from 'ava';
import { BrokenConnection, EngineHttpError } from '../../../src/engines/docker/failures.ts';

const shown = test.macro({
  exec: (t, said: string, expected: string) => {
    t.is(new EngineHttpError(500, said).message, expected);
  },
  title: (_, said) => `sanitized: ${JSON.stringify(said).slice(0, 60)}`,
});

test(shown, 'invalid environment variable: =secret', 'invalid environment variable');
test(shown, 'Get "https://user:secret@r.test/v2/": denied', 'Get "https://r.test/v2/": denied');
test(shown, 'two\nlines\u001b[31m and\u0000 colour', 'two lines [31m and colour');
test(shown, 'x'.repeat(100_000), 'x'.repeat(500));

test('for a name with several addresses, the first error counts', (t) => {
  const [first, second] = ['ECONNREFUSED', 'ENETUNREACH'].map((code) => Object.assign(new Error(code), { code }));
  t.is(new BrokenConnection(new AggregateError([first, second]), 'connecting').code, 'ECONNREFUSED');
});

test("during a handshake, the code is OpenSSL's reason", (t) => {
  const message = 'write EPROTO 40A7:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../x.c:355:';
  const cause = Object.assign(new Error(message), { code: 'EPROTO' });
  t.is(new BrokenConnection(cause, 'connecting').code, 'ERR_SSL_WRONG_VERSION_NUMBER');
  t.is(new BrokenConnection(Object.assign(new Error('x'), { code: 'EPROTO' }), 'connecting').code, 'EPROTO');
  t.is(new BrokenConnection('x', 'connecting').code, 'no answer');
});
