import test from 'ava';
import { describeSentinelUrl, parseSentinelUrl } from '../../src/model/sentinel-url.ts';

test('what is left out has its default', (t) => {
  t.deepEqual(parseSentinelUrl('redis+sentinel://one,two:26380,[::1]:7/mymaster'), {
    sentinels: [
      { host: 'one', port: 26379 },
      { host: 'two', port: 26380 },
      { host: '::1', port: 7 },
    ],
    name: 'mymaster',
    db: 0,
    replicas: 1,
  });
});

test('secrets are decoded, and never shown', (t) => {
  const text = 'redis+sentinel://us%40er:p%2Fw@one/my-master.1/3?sentinel-password=s%26cret&replicas=2';
  const url = parseSentinelUrl(text);
  t.like(url, { username: 'us@er', password: 'p/w', sentinelPassword: 's&cret', db: 3, replicas: 2 });
  const shown = url && describeSentinelUrl(url);
  t.is(shown, 'redis+sentinel://***@one:26379/my-master.1/3?replicas=2&sentinel-password=***');
  t.truthy(parseSentinelUrl(shown ?? ''));
});

test('a password may stand alone', (t) => {
  t.deepEqual(parseSentinelUrl('redis+sentinel://:geheim@one/m'), {
    sentinels: [{ host: 'one', port: 26379 }],
    name: 'm',
    password: 'geheim',
    db: 0,
    replicas: 1,
  });
});

for (const [what, text] of Object.entries({
  'no name': 'redis+sentinel://one:26379',
  'an empty name': 'redis+sentinel://one:26379/',
  'no host': 'redis+sentinel:///mymaster',
  'a host too few': 'redis+sentinel://one,,two/mymaster',
  'port 0': 'redis+sentinel://one:0/mymaster',
  'a port beyond 65535': 'redis+sentinel://one:65536/mymaster',
  'a database that is no number': 'redis+sentinel://one/mymaster/x',
  'an unknown parameter': 'redis+sentinel://one/mymaster?password=x',
  'a parameter twice': 'redis+sentinel://one/mymaster?replicas=1&replicas=2',
  'a count that is none': 'redis+sentinel://one/mymaster?replicas=all',
  'a broken escape': 'redis+sentinel://:%zz@one/mymaster',
  'another protocol': 'redis://one/mymaster',
})) {
  test(`${what} is refused`, (t) => t.is(parseSentinelUrl(text), undefined));
}
