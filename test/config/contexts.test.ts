import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { openContexts } from '../../src/config/contexts.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const prod = { host: 'https://prod.example:8080', description: '' };

test('the server comes from the option, SATSUMA_HOST, SATSUMA_CONTEXT, the current context, or the default', (t) => {
  const HOME = temporaryFolder(t);
  const open = (env: NodeJS.ProcessEnv = {}) => openContexts({ HOME, ...env });
  t.is(open().host(), 'http://127.0.0.1:8080');
  open().create('prod', prod);
  open().create('test', { host: 'test:1', description: '' });
  t.is(open().host(), 'http://127.0.0.1:8080', 'to create one is not to use it');
  open().use('prod');
  t.deepEqual(open().chosen(), { name: 'prod', from: 'file' });
  t.is(open().host(), prod.host);
  const SATSUMA_CONTEXT = 'test';
  t.is(open({ SATSUMA_CONTEXT }).host(), 'http://test:1');
  const SATSUMA_HOST = 'other:2';
  t.is(open({ SATSUMA_CONTEXT, SATSUMA_HOST }).host(), 'http://other:2');
  const chosen = open({ SATSUMA_CONTEXT, SATSUMA_HOST });
  chosen.choose('prod');
  t.is(chosen.host(), prod.host);
  chosen.choose('default');
  t.is(chosen.host(), 'http://other:2');
  open().use('default');
  t.is(open().host(), 'http://127.0.0.1:8080');
});

test('the file is private, complete, and where XDG_CONFIG_HOME says', (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'home', '.satsuma', 'contexts.json');
  openContexts({ HOME: join(folder, 'home') }).create('prod', prod);
  t.is(statSync(file).mode & 0o777, 0o600);
  t.is(statSync(dirname(file)).mode & 0o777, 0o700);
  chmodSync(file, 0o644);
  openContexts({ HOME: join(folder, 'home') }).update('prod', { description: 'production' });
  t.is(statSync(file).mode & 0o777, 0o600, 'also where somebody opened it');
  t.deepEqual(readdirSync(dirname(file)), ['contexts.json']);
  openContexts({ HOME: join(folder, 'home'), XDG_CONFIG_HOME: folder }).create('xdg', prod);
  t.true(existsSync(join(folder, 'satsuma', 'contexts.json')));
});

test('a token in the file is kept and never shown', (t) => {
  const HOME = temporaryFolder(t);
  const contexts = openContexts({ HOME });
  contexts.create('prod', { ...prod, token: 'satsuma_secret' });
  contexts.update('prod', { description: 'production' });
  t.deepEqual(contexts.get('prod'), { name: 'prod', ...prod, description: 'production', current: false });
  t.notRegex(JSON.stringify(contexts.list()), /satsuma_secret/);
  t.regex(readFileSync(join(HOME, '.satsuma', 'contexts.json'), 'utf8'), /"token": "satsuma_secret"/);
});

test('invalid changes are refused, and the file is unchanged', (t) => {
  const HOME = temporaryFolder(t);
  const file = join(HOME, '.satsuma', 'contexts.json');
  const contexts = openContexts({ HOME });
  contexts.create('prod', prod);
  contexts.use('prod');
  const before = readFileSync(file, 'utf8');
  const refused = (work: () => unknown, message: RegExp) => {
    t.regex(t.throws(work, { code: 'invalid' })?.message ?? '', message);
    t.is(readFileSync(file, 'utf8'), before);
  };
  refused(() => contexts.create('prod', prod), /there is a context prod already/);
  refused(() => contexts.create('a b', prod), /name of a context has letters/);
  refused(() => contexts.create('../x', prod), /name of a context has letters/);
  refused(() => contexts.create('default', prod), /cannot be changed/);
  refused(() => contexts.update('__proto__', { host: 'a:1' }), /name of a context has letters/);
  refused(() => contexts.update('constructor', { host: 'a:1' }), /there is no context constructor/);
  refused(() => contexts.create('new', { host: 'tcp://user:geheim@h', description: '' }), /must be like/);
  refused(() => contexts.use('porod'), /no context porod: did you mean prod\?/);
  refused(() => contexts.remove('prod', { force: false }), /is in use/);
  refused(() => contexts.remove('default', { force: true }), /cannot be removed/);
  contexts.remove('prod', { force: true });
  t.is(openContexts({ HOME }).chosen().name, 'default');
});

test('an invalid file, and a removed context, are reported when they are needed', (t) => {
  const HOME = temporaryFolder(t);
  const file = join(HOME, '.satsuma', 'contexts.json');
  mkdirSync(dirname(file));
  for (const text of ['', '{', '[]', '{"contexts": []}', '{"contexts": {"a": {}}}', '{"contexts": {}, "current": 3}']) {
    writeFileSync(file, text);
    t.regex(
      t.throws(() => openContexts({ HOME }).host())?.message ?? '',
      /contexts\.json is no file of contexts/,
      text,
    );
    t.is(openContexts({ HOME, SATSUMA_HOST: 'a:1' }).host(), 'http://a:1', 'nobody asked the file');
  }
  writeFileSync(file, '{"contexts": {}, "current": "gone"}');
  t.regex(t.throws(() => openContexts({ HOME }).host())?.message ?? '', /no context gone.*contexts\.json names it/);
  const env = { HOME, SATSUMA_CONTEXT: 'lost' };
  t.regex(t.throws(() => openContexts(env).host())?.message ?? '', /no context lost.*SATSUMA_CONTEXT names it/);
});
