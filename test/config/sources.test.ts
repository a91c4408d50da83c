import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  environmentSource,
  fileSource,
  mergeSources,
  overrideSource,
  unknownVariables,
} from '../../src/config/sources.ts';
import { temporaryFolder } from '../temporary-folder.ts';

function written(t: ExecutionContext, text: string, name = 'config.json'): string {
  const file = join(temporaryFolder(t), name);
  writeFileSync(file, text);
  return file;
}

function valuesOf(t: ExecutionContext, text: string): unknown {
  const source = fileSource(written(t, text));
  return typeof source === 'string' ? source : source.values;
}

test('a file is JSON, indented with tabs or not, or YAML', (t) => {
  t.deepEqual(valuesOf(t, '{\n\t"lease": 5,\n\t"deadlines": {\n\t\t"pull": 9\n\t}\n}\n'), {
    lease: 5,
    deadlines: { pull: 9 },
  });
  t.deepEqual(valuesOf(t, '# ours\nlease: 5\ntypes:\n  web: [label, port]\n'), {
    lease: 5,
    types: { web: ['label', 'port'] },
  });
  t.deepEqual(valuesOf(t, ''), {});
});

const refused = test.macro({
  exec(t, text: string, expected: RegExp) {
    const sentence = fileSource(written(t, text));
    t.regex(String(sentence), expected);
    t.notRegex(String(sentence), /geheim/);
  },
  title: (title) => `${title} is refused with its position and without its text`,
});

test(
  'an invalid object',
  refused,
  '{\n "redis-url": "redis://:geheim@h"\n "lease": 5}',
  /config\.json: .* at line 3, col/,
);
test('a duplicate key', refused, '{"redis-url": "geheim", "redis-url": "b"}', /line 1, column 25: duplicate key/);
test('an unknown tag', refused, 'redis-url: !geheim x', /line 1/);
test('an undefined alias', refused, 'redis-url: *geheim', /alias without its anchor/);
test('a list', refused, '["geheim"]', /config\.json: an object with settings is expected/);
test('a string', refused, 'geheim', /config\.json: an object with settings is expected/);

test('a missing or unreadable file is a sentence', (t) => {
  const folder = temporaryFolder(t);
  t.is(fileSource(join(folder, 'no.json')), `${folder}/no.json: there is no such file`);
  mkdirSync(join(folder, 'dir'));
  t.is(fileSource(join(folder, 'dir')), `${folder}/dir: the file cannot be read (EISDIR)`);
});

test('variables are upper case, an empty one is not set, and lists and objects are JSON', (t) => {
  const { values, origin } = environmentSource({
    SATSUMA_LISTEN_ADDR: ':80',
    SATSUMA_REDIS_URL: '',
    SATSUMA_TYPES: '{"web":["label"]}',
    SATSUMA_SCHEDULERS: 'no json',
    PATH: '/bin',
  });
  t.deepEqual(values, { 'listen-addr': ':80', types: { web: ['label'] }, schedulers: 'no json' });
  t.is(origin('listen-addr'), 'SATSUMA_LISTEN_ADDR');
});

test('an unknown variable with our prefix is reported, except those of the client', (t) => {
  const env = { SATSUMA_HOST: 'x', SATSUMA_LEASE: '5', SATSUMA_LEESE: '', satsuma_x: '1', OTHER: '1' };
  t.deepEqual(unknownVariables(env), ['SATSUMA_LEESE']);
});

test('later sources override earlier ones, per setting', (t) => {
  const first = { values: { lease: 1, strategy: 'spread' }, origin: () => 'file', folder: '/f' };
  const merged = mergeSources([first, overrideSource({ lease: 2, strategy: undefined })]);
  t.deepEqual(merged.values, { lease: 2, strategy: 'spread' });
  t.is(merged.sourceOf('lease')?.origin('lease'), 'command line');
  t.is(merged.sourceOf('strategy'), first);
  t.is(merged.sourceOf('types'), undefined);
});
