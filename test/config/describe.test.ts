import test from 'ava';
import { describeConfig } from '../../src/config/describe.ts';
import { loadConfig } from '../../src/config/load.ts';

const described = (env: Record<string, string>) => describeConfig(loadConfig({ env }));

test('the description has the keys of the file, seconds and no secrets', (t) => {
  t.deepEqual(
    described({
      SATSUMA_REDIS_URL: 'rediss://user:geheim@cache:6390/2?password=geheim',
      SATSUMA_SSL_CERT: '/tls/cert.pem',
      SATSUMA_SSL_KEY: '/tls/key.pem',
      SATSUMA_CA_CERT: '/tls/ca.pem',
      SATSUMA_OBSERVE_INTERVAL: '0.5',
    }),
    {
      'listen-addr': '127.0.0.1:8080',
      'allowed-hosts': [],
      insecure: false,
      auth: { mode: 'open-loopback' },
      audit: { mode: 'off', 'keep-days': 90 },
      'ssl-cert': '/tls/cert.pem',
      'ssl-key': '/tls/key.pem',
      'ca-cert': '/tls/ca.pem',
      'label-keys': [],
      'skip-verify': false,
      'redis-url': 'rediss://***@cache:6390/2?***',
      'redis-prefix': 'satsuma',
      'image-sharing': false,
      'webhook-allow': [],
      types: {},
      schedulers: [],
      'network-plugins': [],
      overcommit: 1,
      'name-scope': 'cluster',
      strategy: 'binpack',
      'log-level': 'info',
      lease: 30,
      'observe-interval': 0.5,
      deadlines: { connect: 5, list: 5, create: 30, start: 60, remove: 30, pull: 60, restart: 30 },
      doors: {},
      warnings: [],
    },
  );
});

test('a description without its warnings is a valid file', (t) => {
  const discovery = '{"dns": "[::1]:5353", "domain": "cluster.example", "resolvers": ["172.18.0.1"]}';
  const { warnings: _, ...file } = described({
    ...{ SATSUMA_DATA_DIR: '/data', SATSUMA_LEASE: '7', SATSUMA_DISCOVERY: discovery },
  });
  t.deepEqual(file.discovery, JSON.parse(discovery));
  t.deepEqual(describeConfig(loadConfig({ env: {}, overrides: file })), { ...file, warnings: [] });
});

test('a password in place of a user is hidden, too', (t) => {
  t.is(described({ SATSUMA_REDIS_URL: 'redis://geheim@cache' })['redis-url'], 'redis://***@cache');
});

test('a Sentinel store is shown without its secrets, in a valid form', (t) => {
  const url = 'redis+sentinel://:geheim@one,two:7/mymaster/2?sentinel-password=geheim';
  const shown = described({ SATSUMA_REDIS_URL: url })['redis-url'];
  t.is(shown, 'redis+sentinel://***@one:26379,two:7/mymaster/2?replicas=1&sentinel-password=***');
  t.is(described({ SATSUMA_REDIS_URL: String(shown) })['redis-url'], shown);
});

test('settings that disable a protection are flagged', (t) => {
  t.regex(String(described({ SATSUMA_SKIP_VERIFY: 'true' }).warnings), /skip-verify is on/);
  t.regex(String(described({ SATSUMA_INSECURE: 'true', SATSUMA_LISTEN_ADDR: ':80' }).warnings), /insecure is on/);
  t.deepEqual(described({ SATSUMA_INSECURE: 'true' }).warnings, []);
  const openDns = described({ SATSUMA_DISCOVERY: '{"dns": "0.0.0.0:53"}' });
  t.regex(String(openDns.warnings), /discovery.dns is open to other machines/);
  t.like(openDns.discovery, { domain: 'satsuma' });
});
