import { existsSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { makeFolder } from '../../src/runtime/make-folder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

test('a folder is created with its parents, and an existing one is kept', (t) => {
  const path = join(temporaryFolder(t), 'a', 'b', 'c');
  makeFolder(path, 0o700);
  makeFolder(path, 0o755);
  for (const each of [path, join(path, '..')]) t.is(statSync(each).mode & 0o777, 0o700);
});

test('if a folder cannot be created, it fails without retrying forever', (t) => {
  t.throws(() => makeFolder('/proc/nonsense/data', 0o700), { code: 'ENOENT' });
  const dir = temporaryFolder(t);
  const file = join(dir, 'file');
  writeFileSync(file, '');
  t.throws(() => makeFolder(file, 0o700), { code: 'ENOTDIR' });
  t.throws(() => makeFolder(join(file, 'below'), 0o700), { code: 'ENOTDIR' });
  symlinkSync(join(dir, 'nowhere'), join(dir, 'dangling'));
  t.throws(() => makeFolder(join(dir, 'dangling'), 0o700), { code: 'ENOENT' });
  t.false(existsSync(join(dir, 'nowhere')));
});
