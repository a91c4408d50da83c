import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { writeFileWhole } from '../../src/cli/write-file-whole.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { temporaryFolder } from '../temporary-folder.ts';

async function* bytes(text: string, failure?: Error): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
  if (failure) throw failure;
}

test('a file is written as a whole, or is as it was', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'a.tar');
  await writeFileWhole(file, bytes('one'));
  t.is(readFileSync(file, 'utf8'), 'one');
  await t.throwsAsync(writeFileWhole(file, bytes('two', new Error('broke off'))), { message: 'broke off' });
  t.is(readFileSync(file, 'utf8'), 'one');
  t.deepEqual(readdirSync(folder), ['a.tar']);
});

test('a file that cannot be written is invalid, and a device is written to', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  for (const file of [join(folder, 'none/a.tar'), folder, join(folder, 'file/a.tar')]) {
    const error = await t.throwsAsync(writeFileWhole(file, bytes('x')), { instanceOf: SatsumaError, code: 'invalid' });
    t.notRegex(error?.message ?? '', /\.part/);
  }
  await t.notThrowsAsync(writeFileWhole('/dev/null', bytes('x')));
  t.deepEqual(readdirSync(folder), ['file']);
});
