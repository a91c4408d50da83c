import test from 'ava';
import { describeRedisUrl, hasPassword, parseRedisUrl, redisUrlExpectation } from '../../src/model/redis-url.ts';

test('absent parts have defaults', (t) => {
  t.deepEqual(parseRedisUrl('redis+sentinel://one,two:26380,[::1]:7/mymaster'), {
    kind: 'sentinel',
    isTls: false,
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

test('credentials are decoded, and never shown', (t) => {
  const text = 'redis+sentinel://us%40er:p%2Fw@one/my-master.1/3?sentinel-password=s%26cret&replicas=2';
  const url = parseRedisUrl(text);
  t.like(url, { username: 'us@er', password: 'p/w', sentinelPassword: 's&cret', db: 3, replicas: 2 });
  const shown = describeRedisUrl(text);
  t.is(shown, 'redis+sentinel://***@one:26379/my-master.1/3?replicas=2&sentinel-password=***');
  t.truthy(parseRedisUrl(shown ?? ''));
});

test('a password is possible without a user', (t) => {
  t.deepEqual(parseRedisUrl('redis+sentinel://:geheim@one/m'), {
    kind: 'sentinel',
    isTls: false,
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
  'a socket over TLS': 'rediss+unix:///run/redis.sock',
  'a socket with a host': 'redis+unix://host/run/redis.sock',
  'a socket without a path': 'redis+unix:///',
  'a database of a Cluster': 'redis+cluster://one/1',
  'a literal @ in a password': 'redis://:p@ss:@one',
  'a literal @ in a user': 'redis://u@x:p@one',
  'a literal / in a password': 'redis://:p/ss@one',
  'a literal # in a password': 'rediss://:p#ss@one',
  'a % that begins no escape': 'redis://:p%ss@one',
})) {
  test(`${what} is refused`, (t) => t.is(parseRedisUrl(text), undefined));
}

test('TLS, sockets and Clusters are supported', (t) => {
  t.deepEqual(parseRedisUrl('rediss://u:p@one:1/2'), { kind: 'server', isTls: true, url: 'rediss://u:p@one:1/2' });
  t.like(parseRedisUrl('rediss+sentinel://one/m'), { kind: 'sentinel', isTls: true, name: 'm' });
  t.deepEqual(parseRedisUrl('redis+unix://us:p%40ss@/run/a%20b/redis.sock?db=3'), {
    ...{ kind: 'socket', isTls: false, path: '/run/a b/redis.sock', db: 3 },
    ...{ username: 'us', password: 'p@ss' },
  });
  t.deepEqual(parseRedisUrl('rediss+cluster://:geheim@one,two:7001?replicas=1'), {
    ...{ kind: 'cluster', isTls: true, db: 0, replicas: 1, password: 'geheim' },
    nodes: [
      { host: 'one', port: 6379 },
      { host: 'two', port: 7001 },
    ],
  });
});

for (const [text, shown] of [
  ['redis+unix://:geheim@/run/redis.sock', 'redis+unix://***@/run/redis.sock?db=0'],
  ['rediss+cluster://u:geheim@one,[::1]:7', 'rediss+cluster://***@one:6379,[::1]:7?replicas=0'],
  ['rediss://u:geheim@one/1?password=geheim', 'rediss://***@one/1?***'],
  ['geheim', '***'],
] as const) {
  test(`${shown} is shown without credentials`, (t) => t.is(describeRedisUrl(text), shown));
}

test('a password with reserved characters is rejected with their percent-encoding, and not shown', (t) => {
  const sentence = redisUrlExpectation('redis://::p@ss/:@host:6379');
  t.regex(sentence, /with "\/" as %2F, ":" as %3A, "@" as %40 in the user and the password$/);
  t.false(sentence.includes('ss/'));
  t.regex(redisUrlExpectation('redis+sentinel://:100%@h/m'), /NAME.*with "%" as %25 in/);
  t.regex(
    redisUrlExpectation('nothing'),
    /^redis:\/\/.*redis\+unix:.*redis\+sentinel:.*redis\+cluster:.*percent-encoded$/,
  );
});

test('a password is detected at every position of a URL', (t) => {
  for (const text of [
    'redis://:p@h',
    'redis://h?password=p',
    'redis+unix://:p@/s',
    'redis+sentinel://h/m?sentinel-password=p',
  ]) {
    t.true(hasPassword(text), text);
  }
  for (const text of ['redis://h', 'redis://user@h', 'redis+unix:///s', 'redis+cluster://h'])
    t.false(hasPassword(text), text);
});
