import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { publishFolder, readText, writeNewFile } from '../../src/ca/files.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const texts = { ca: 'the ca', cert: 'the cert', key: 'the key' };

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('a published folder contains three files, with owner-only access', async (t) => {
  const folder = join(temporaryFolder(t), 'engines', 'one');
  const files = await publishFolder(folder, texts, { replace: false });
  t.deepEqual(
    [files.ca, files.cert, files.key].map((path) => readFileSync(path, 'utf8')),
    ['the ca', 'the cert', 'the key'],
  );
  t.is(modeOf(files.key), '600');
  t.is(modeOf(folder), '700');
  t.is(modeOf(join(folder, '..')), '700');
});

test('publishing over a folder is refused and changes nothing', async (t) => {
  const parent = temporaryFolder(t);
  await publishFolder(join(parent, 'one'), texts, { replace: false });
  const again = publishFolder(join(parent, 'one'), { ...texts, key: 'another' }, { replace: false });
  const error = await t.throwsAsync(again, { instanceOf: SatsumaError, message: /already.*--replace/ });
  t.is(error?.code, 'invalid');
  t.is(readFileSync(join(parent, 'one', 'key.pem'), 'utf8'), 'the key');
  t.deepEqual(readdirSync(parent), ['one']);
});

test('a replacement replaces the whole folder', async (t) => {
  const parent = temporaryFolder(t);
  await publishFolder(join(parent, 'one'), texts, { replace: false });
  writeFileSync(join(parent, 'one', 'note'), '');
  await publishFolder(join(parent, 'one'), { ...texts, key: 'another' }, { replace: true });
  t.is(readFileSync(join(parent, 'one', 'key.pem'), 'utf8'), 'another');
  t.deepEqual(readdirSync(join(parent, 'one')).sort(), ['ca.pem', 'cert.pem', 'key.pem']);
  t.deepEqual(readdirSync(parent), ['one']);
});

test('a replacement of nothing is a creation', async (t) => {
  const parent = temporaryFolder(t);
  await publishFolder(join(parent, 'one'), texts, { replace: true });
  t.deepEqual(readdirSync(parent), ['one']);
});

test('of concurrent publishers one succeeds, and its files match', async (t) => {
  const parent = temporaryFolder(t);
  const attempts = Array.from({ length: 8 }, (_, n) =>
    publishFolder(join(parent, 'one'), { ca: `${n}`, cert: `${n}`, key: `${n}` }, { replace: false }),
  );
  const results = await Promise.allSettled(attempts);
  t.is(results.filter(({ status }) => status === 'fulfilled').length, 1);
  const read = ['ca', 'cert', 'key'].map((name) => readFileSync(join(parent, 'one', `${name}.pem`), 'utf8'));
  t.is(new Set(read).size, 1);
  t.deepEqual(readdirSync(parent), ['one']);
});

test('a new file never replaces an existing one', async (t) => {
  const path = join(temporaryFolder(t), 'key.pem');
  await writeNewFile(path, 'first', 0o600);
  await t.throwsAsync(writeNewFile(path, 'second', 0o600), { code: 'EEXIST' });
  t.is(readFileSync(path, 'utf8'), 'first');
});

test('a missing file differs from an unreadable one', async (t) => {
  const folder = temporaryFolder(t);
  await t.throwsAsync(readText(join(folder, 'no'), 'It is missing.'), { message: 'It is missing.' });
  await t.throwsAsync(readText(folder, 'It is missing.'), { instanceOf: SatsumaError, message: /cannot be read/ });
});
