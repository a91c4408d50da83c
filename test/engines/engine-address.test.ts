import test from 'ava';
import { canonicalAddress, parseEngineAddress } from '../../src/engines/engine-address.ts';
import { SatsumaError } from '../../src/model/errors.ts';

const canonical = test.macro({
  exec: (t, addr: string, expected: string) => {
    t.is(canonicalAddress(addr), expected);
    t.is(canonicalAddress(expected), expected, 'a canonical address is its own');
  },
  title: (_, addr) => `${addr} is valid`,
});

test(canonical, 'https://10.0.0.5', 'https://10.0.0.5:2376');
test(canonical, 'tcp://10.0.0.5', 'https://10.0.0.5:2376');
test(canonical, 'tcp://10.0.0.5:2376/', 'https://10.0.0.5:2376');
test(canonical, 'HTTPS://Engine-1.Example.COM:443', 'https://engine-1.example.com:443');
test(canonical, 'https://my_host:02376', 'https://my_host:2376');
test(canonical, 'tcp://[::1]:2376', 'https://[::1]:2376');
test(canonical, 'https://[0:0:0:0:0:0:0:1]', 'https://[::1]:2376');
test(canonical, 'https://[FE80::0:1]', 'https://[fe80::1]:2376');
test(canonical, 'unix:///var/run/docker.sock', 'unix:///var/run/docker.sock');
test(canonical, 'unix:///var//run/x/../docker.sock', 'unix:///var/run/docker.sock');

const refused = test.macro({
  exec: (t, addr: string, why: RegExp) => {
    const error = t.throws(() => parseEngineAddress(addr), { instanceOf: SatsumaError, message: why });
    t.is(error.code, 'invalid');
    t.notRegex(error.message, /secret/);
  },
  title: (_, addr) => `${JSON.stringify(addr).slice(0, 60)} is refused`,
});

test(refused, '', /begins with https/);
test(refused, '10.0.0.5:2376', /begins with https/);
test(refused, 'http://10.0.0.5:2375', /not with http:/);
test(refused, 'ssh://10.0.0.5', /ssh:\/\/ is not supported/);
test(refused, 'file:///etc/passwd', /not with file:/);
test(refused, ' https://10.0.0.5', /begins with https/);
test(refused, 'https://user:secret@10.0.0.5', /credentials/);
test(refused, 'ftp://user:secret@10.0.0.5', /credentials/);
test(refused, 'https://10.0.0.5?token=secret', /query/);
test(refused, 'https://10.0.0.5#secret', /fragment/);
test(refused, 'https://10.0.0.5/v1.41', /path/);
test(refused, 'https://10.0.0.5:2376//', /path/);
test(refused, 'https://', /names a host/);
test(refused, 'https://:2376', /names a host/);
test(refused, 'https://a b', /names a host/);
test(refused, 'https://a\nb', /names a host/);
test(refused, 'https://-a', /names a host/);
test(refused, 'https://..', /names a host/);
test(refused, 'https://10.0.0.256', /names a host/);
test(refused, 'https://10.0.0', /names a host/);
test(refused, `https://${'a.'.repeat(130)}a`, /names a host/);
test(refused, 'https://::1', /IPv6|port|host/);
test(refused, 'https://[::1', /IPv6|host/);
test(refused, 'https://[10.0.0.5]', /IPv6/);
test(refused, 'https://[fe80::1%eth0]', /zone/);
test(refused, 'https://10.0.0.5:', /port/);
test(refused, 'https://10.0.0.5:0', /port/);
test(refused, 'https://10.0.0.5:65536', /port/);
test(refused, 'https://10.0.0.5:-1', /port/);
test(refused, 'https://10.0.0.5:2376x', /port/);
test(refused, 'unix://', /absolute path/);
test(refused, 'unix://run/docker.sock', /absolute path/);
test(refused, 'unix:///run/a\u0000b', /absolute path/);
test(refused, `unix:///${'a'.repeat(107)}`, /107 bytes/);

test('host and port are parsed', (t) => {
  t.deepEqual(parseEngineAddress('tcp://[::1]:99'), { kind: 'tls', host: '::1', port: 99 });
  t.deepEqual(parseEngineAddress('https://h'), { kind: 'tls', host: 'h', port: 2376 });
  t.deepEqual(parseEngineAddress('unix:///s'), { kind: 'unix', path: '/s' });
});
