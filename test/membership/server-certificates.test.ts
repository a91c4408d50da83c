import test from 'ava';
import { unequalTrust } from '../../src/membership/server-certificates.ts';

const sign = (id: string, trusts?: readonly string[]) => ({
  id,
  value: { beat: '2026-01-01T00:00:00Z', host: `${id}.test`, ...(trusts && { certificates: { trusts } }) },
});

test('a server that lacks another server’s authority is reported', (t) => {
  const found = unequalTrust([sign('one', ['aa', 'bb']), sign('two', ['aa']), sign('old'), sign('sockets', [])]);
  t.is(found.length, 1);
  t.like(found[0], { check: 'server.authorities', subject: 'two', status: 'warning' });
  t.regex(found[0]?.message ?? '', /two on two\.test does not trust the authority bb,/);
  t.deepEqual(unequalTrust([sign('one', ['aa', 'bb']), sign('two', ['bb', 'aa'])]), []);
});
