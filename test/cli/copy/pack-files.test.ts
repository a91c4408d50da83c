import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { packFiles } from '../../../src/cli/copy/pack-files.ts';
import { renameArchive } from '../../../src/cli/copy/rename-archive.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { archiveOf, inPieces, readArchive } from './archives.ts';

const byName = <T extends { readonly name: string }>(entries: readonly T[]) =>
  [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));

test('a folder comes whole, with links as links', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub/a'), 'a'.repeat(100_000), { mode: 0o640 });
  linkSync(join(folder, 'sub/a'), join(folder, 'sub/same'));
  symlinkSync('sub/a', join(folder, 'link'));
  writeFileSync(join(folder, 'empty'), '');
  const entries = byName(await readArchive(packFiles(folder, { name: 'top', onSkip: t.fail })));
  t.deepEqual(
    entries.map(({ name }) => name),
    ['top/', 'top/empty', 'top/link', 'top/sub/', 'top/sub/a', 'top/sub/same'],
  );
  t.like(entries[2], { type: 'symlink', linkname: 'sub/a' });
  const [first, second] = entries.slice(4).sort((a, b) => (a.type === 'file' ? -1 : 1) - (b.type === 'file' ? -1 : 1));
  t.like(first, { type: 'file', mode: 0o640, size: 100_000, content: 'a'.repeat(100_000) });
  t.like(second, { type: 'link', linkname: first?.name });
});

test('what cannot be read is an error', async (t) => {
  const folder = temporaryFolder(t);
  await t.throwsAsync(readArchive(packFiles(join(folder, 'nothing'), { name: 'x', onSkip: t.fail })), {
    message: /ENOENT/,
  });
});

test('an archive gets another name at its top, in links as well', async (t) => {
  const long = 'n'.repeat(200);
  const archive = await archiveOf(
    { name: 'data/', type: 'directory' },
    { name: `data/${long}`, content: 'x'.repeat(5000), pax: { mtime: '1.5' } },
    { name: 'data/data', content: '' },
    { name: 'data/same', type: 'link', linkname: `data/${long}` },
    { name: 'data/soft', type: 'symlink', linkname: 'data/a' },
  );
  const entries = await readArchive(renameArchive(inPieces(archive), 'copy', t.fail));
  t.deepEqual(
    entries.map(({ name, linkname }) => [name, linkname ?? null]),
    [
      ['copy/', null],
      [`copy/${long}`, null],
      ['copy/data', null],
      ['copy/same', `copy/${long}`],
      ['copy/soft', 'data/a'],
    ],
  );
  t.is(entries[1]?.content.length, 5000);
});

test('attributes that are no text are left out, and said to be', async (t) => {
  const archive = await archiveOf({ name: 'a', content: 'x', pax: { 'SCHILY.xattr.security.capability': 'x' } });
  let losses = 0;
  const [entry] = await readArchive(renameArchive(inPieces(archive), 'b', () => void losses++));
  t.like(entry, { name: 'b', content: 'x', pax: null });
  t.is(losses, 1);
});

test('an archive that breaks off breaks off under its other name', async (t) => {
  const archive = await archiveOf({ name: 'a', content: 'x'.repeat(5000) });
  await t.throwsAsync(readArchive(renameArchive(inPieces(archive.subarray(0, 2000)), 'b', t.fail)));
  async function* broken() {
    yield archive.subarray(0, 2000);
    throw new Error('cut');
  }
  await t.throwsAsync(readArchive(renameArchive(broken(), 'b', t.fail)), { message: 'cut' });
});

test('an entry whose size is no number is refused under its other name, and not waited for', async (t) => {
  const archive = await archiveOf({ name: 'a', pax: { size: 'x' }, content: 'x' });
  await t.throwsAsync(readArchive(renameArchive(inPieces(archive), 'b', t.fail)), { message: /without a size: a/ });
});
