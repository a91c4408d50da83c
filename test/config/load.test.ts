import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'ava';
import { describeConfig } from '../../src/config/describe.ts';
import { loadConfig } from '../../src/config/load.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('without settings, the defaults apply', (t) => {
  t.deepEqual(loadConfig({ env: {} }), {
    listen: { host: '127.0.0.1', port: 8080 },
    allowedHosts: [],
    insecure: false,
    auth: { mode: 'open-loopback' },
    audit: { isOn: false, keepMs: 90 * 86_400_000 },
    labelKeys: [],
    skipVerify: false,
    store: { kind: 'embedded', dir: resolve('data') },
    imageSharing: false,
    webhookAllow: [],
    types: {},
    schedulers: [],
    networkPlugins: [],
    overcommit: 1,
    nameScope: 'cluster',
    strategy: 'binpack',
    logLevel: 'info',
    leaseMs: 30_000,
    observeIntervalMs: 10_000,
    doors: {},
    deadlines: {
      connectMs: 5000,
      listMs: 5000,
      createMs: 30_000,
      startMs: 60_000,
      removeMs: 30_000,
      pullMs: 60_000,
      restartMs: 30_000,
    },
  });
});

test('the file overrides the defaults, variables the file, flags the variables', (t) => {
  const file = join(temporaryFolder(t), 'config.yaml');
  writeFileSync(file, 'lease: 5\novercommit: 2\nstrategy: spread\ndeadlines: {pull: 1.5, list: 9}\n');
  const config = loadConfig({
    file,
    env: { SATSUMA_OVERCOMMIT: '3', SATSUMA_STRATEGY: 'random', SATSUMA_DEADLINES: '{"pull":2}' },
    overrides: { strategy: 'round-robin', lease: undefined },
  });
  t.like(config, { leaseMs: 5000, overcommit: 3, strategy: 'round-robin' });
  t.like(config.deadlines, { pullMs: 2000, listMs: 5000 });
});

test('certificates that are missing beside the file are searched in the working directory', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'config.json');
  writeFileSync(join(folder, 'README.md'), '');
  const names = { 'ca-cert': './package.json', 'ssl-cert': 'README.md', 'ssl-key': 'no/such/key.pem' };
  writeFileSync(file, JSON.stringify(names));
  t.deepEqual(loadConfig({ file, env: {} }).tls, {
    ca: join(process.cwd(), 'package.json'),
    cert: join(folder, 'README.md'),
    key: join(folder, 'no/such/key.pem'),
  });
});

test('paths in the file are relative to its folder, others to the working directory', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'etc', 'config.json');
  mkdirSync(join(folder, 'etc'));
  const paths = { 'ssl-cert': 'cert.pem', 'ssl-key': '../key.pem', 'ca-cert': '/ca.pem', 'data-dir': 'state' };
  writeFileSync(
    file,
    JSON.stringify({
      ...paths,
      schedulers: ['./gpu.js', 'plugins/ssd.mjs', '@team/rack'],
      'network-plugins': ['./lan.mjs'],
    }),
  );
  const fromFile = loadConfig({ file, env: {} });
  t.deepEqual(fromFile.tls, { cert: `${folder}/etc/cert.pem`, key: `${folder}/key.pem`, ca: '/ca.pem' });
  t.deepEqual(fromFile.store, { kind: 'embedded', dir: `${folder}/etc/state` });
  t.deepEqual(fromFile.schedulers, [`${folder}/etc/gpu.js`, `${folder}/etc/plugins/ssd.mjs`, '@team/rack']);
  t.deepEqual(fromFile.networkPlugins, [`${folder}/etc/lan.mjs`]);
  const fromVariable = loadConfig({ file, env: { SATSUMA_DATA_DIR: 'state', SATSUMA_SCHEDULERS: '["./a.js"]' } });
  t.deepEqual(fromVariable.store, { kind: 'embedded', dir: resolve('state') });
  t.deepEqual(fromVariable.schedulers, [resolve('a.js')]);
});

const stored = test.macro({
  exec(t, overrides: NonNullable<Parameters<typeof loadConfig>[0]['overrides']>, url: string, prefix: string) {
    t.deepEqual(loadConfig({ env: {}, overrides }).store, { kind: 'redis', url, prefix });
  },
  title: (_, overrides) => `${JSON.stringify(overrides)} configures a Redis store`,
});

test(stored, { 'redis-host': 'cache' }, 'redis://cache:6379', 'satsuma');
test(stored, { 'redis-host': '::1', 'redis-port': 7000, 'redis-prefix': 'a_B-1' }, 'redis://[::1]:7000', 'a_B-1');
test(stored, { 'redis-url': 'rediss://u@h:1/2' }, 'rediss://u@h:1/2', 'satsuma');
test(stored, { 'redis-url': 'redis://h', 'redis-prefix': 'a.b:c' }, 'redis://h', 'a.b:c');

test('a password on the command line is flagged, and nowhere else', (t) => {
  const url = 'rediss://u:p%23@h:1/2';
  const store = { kind: 'redis', url, prefix: 'satsuma' };
  t.deepEqual(loadConfig({ env: { SATSUMA_REDIS_URL: url } }).store, store as never);
  const exposed = loadConfig({ env: {}, overrides: { 'redis-url': url } });
  t.deepEqual(exposed.store, { ...store, isPasswordExposed: true } as never);
  t.regex(describeConfig(exposed).warnings.join(), /the list of processes shows the password in --redis-url/);
  t.notRegex(describeConfig(exposed).warnings.join(), /p%23/);
});

test('the URL of Redis may be in a file', (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'url'), 'redis://:geheim@h\n');
  writeFileSync(join(dir, 'conf.json'), '{"redis-url-file": "url"}');
  const store = { kind: 'redis', url: 'redis://:geheim@h', prefix: 'satsuma' };
  t.deepEqual(loadConfig({ file: join(dir, 'conf.json'), env: {} }).store, store as never);
  t.deepEqual(loadConfig({ env: { SATSUMA_REDIS_URL_FILE: join(dir, 'url') } }).store, store as never);
  t.deepEqual(loadConfig({ env: {}, overrides: { 'redis-url-file': join(dir, 'url') } }).store, store as never);
  const refused = (overrides: Record<string, string>) => t.throws(() => loadConfig({ env: {}, overrides }))?.message;
  t.is(
    refused({ 'redis-url-file': join(dir, 'no') }),
    `"redis-url-file" (command line): there is no file ${join(dir, 'no')}`,
  );
  t.regex(refused({ 'redis-url-file': join(dir, 'url'), 'redis-url': 'redis://h' }) ?? '', /excludes "redis-url-file"/);
  t.regex(refused({ 'redis-url-file': join(dir, 'url'), 'redis-host': 'h' }) ?? '', /excludes "redis-host"/);
  writeFileSync(join(dir, 'url'), 'redis://:geh@eim@h');
  const wrong = refused({ 'redis-url-file': join(dir, 'url') }) ?? '';
  t.true(wrong.startsWith(`${join(dir, 'url')}: "redis-url" must be redis://`));
  t.regex(wrong, /with "@" as %40 in the user and the password$/);
  t.notRegex(wrong, /geh|eim/);
});

test('TLS settings of Redis have their own keys', (t) => {
  const url = { 'redis-url': 'rediss://h' };
  const tls = { 'redis-ca-cert': '/ca.pem', 'redis-ssl-cert': '/cert.pem', 'redis-ssl-key': '/key.pem' };
  const overrides = { ...url, ...tls, 'redis-server-name': 'redis.test' };
  const config = loadConfig({ env: {}, overrides });
  t.like(config.store, {
    tls: { ca: '/ca.pem', cert: '/cert.pem', key: '/key.pem', serverName: 'redis.test' },
  } as never);
  t.like(describeConfig(config), { ...tls, 'redis-server-name': 'redis.test' });
  const refused = (settings: Record<string, string>) => {
    return t.throws(() => loadConfig({ env: {}, overrides: settings }))?.message ?? '';
  };
  t.is(refused({ ...url, 'redis-ssl-cert': '/cert.pem' }), '"redis-ssl-cert" (command line) needs "redis-ssl-key" too');
  t.regex(refused({ 'redis-url': 'redis://h', 'redis-ca-cert': '/ca.pem' }), /needs a "redis-url" of TLS: rediss:\/\//);
  t.regex(refused({ 'redis-ca-cert': '/ca.pem' }), /needs a "redis-url" of TLS/);
});

test('the configuration is deeply frozen', (t) => {
  const config = loadConfig({ env: { SATSUMA_TYPES: '{"web":["label"]}' } });
  for (const part of [config, config.listen, config.types, config.types.web, config.deadlines, config.store]) {
    t.true(Object.isFrozen(part));
  }
});

test('the example contains the defaults, so that it starts anywhere', (t) => {
  t.deepEqual(loadConfig({ file: 'example/config.json', env: {} }), loadConfig({ env: {} }));
});
