import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type ExtractOptions, extractFiles } from '../../../src/cli/copy/extract-files.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { archiveOf, type Item, inPieces } from './archives.ts';

async function unpack(t: ExecutionContext, items: readonly Item[], options: Partial<ExtractOptions> = {}) {
  const outside = temporaryFolder(t);
  const folder = options.folder ?? join(outside, 'target');
  mkdirSync(folder, { recursive: true });
  const skipped: string[] = [];
  const onSkip = (path: string) => void skipped.push(path);
  const done = extractFiles(inPieces(await archiveOf(...items)), { folder, isWhole: false, onSkip, ...options });
  return { outside, folder, skipped, done };
}

test('files, folders and links come with their modes and times', async (t) => {
  const mtime = new Date('2020-02-02T02:02:02Z');
  const { folder, done, skipped } = await unpack(t, [
    { name: 'data/', type: 'directory', mode: 0o750, mtime },
    { name: 'data/a', content: 'a'.repeat(2000), mode: 0o4755, mtime },
    { name: 'data/sub/', type: 'directory', mode: 0o500 },
    { name: 'data/sub/b', content: 'b', mode: 0o600 },
    { name: 'data/link', type: 'symlink', linkname: '../../etc/passwd' },
    { name: 'data/same', type: 'link', linkname: 'data/a' },
    { name: 'data/pipe', type: 'fifo' },
    { name: 'data/empty' },
  ]);
  await done;
  const at = (path: string) => join(folder, 'data', path);
  t.is(readFileSync(at('a'), 'utf8').length, 2000);
  t.is(lstatSync(at('a')).mode & 0o7777, 0o755, 'who runs it runs it as oneself');
  t.is(lstatSync(at('a')).ino, lstatSync(at('same')).ino);
  t.is(lstatSync(at('')).mode & 0o777, 0o750);
  t.deepEqual(lstatSync(at('')).mtime, mtime, 'although files were made in it');
  t.is(lstatSync(at('sub')).mode & 0o777, 0o500);
  t.is(readFileSync(at('sub/b'), 'utf8'), 'b');
  t.is(readlinkSync(at('link')), '../../etc/passwd');
  t.is(lstatSync(at('empty')).size, 0);
  t.deepEqual(skipped, [at('pipe')]);
});

test('the first entry is called as it is asked for, and what is below it with it', async (t) => {
  const items: Item[] = [
    { name: 'etc/', type: 'directory' },
    { name: 'etc/etc', content: 'x' },
  ];
  const { folder, done } = await unpack(t, items, { name: 'copy' });
  await done;
  t.deepEqual(readdirSync(folder), ['copy']);
  t.deepEqual(readdirSync(join(folder, 'copy')), ['etc']);
});

test('the contents of a folder come into the target', async (t) => {
  const items: Item[] = [
    { name: './', type: 'directory' },
    { name: './a', content: 'x' },
  ];
  const { folder, done } = await unpack(t, items);
  await done;
  t.deepEqual(readdirSync(folder), ['a']);
});

test('a file is replaced, a link is replaced and not written through', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'victim'), 'kept');
  mkdirSync(join(folder, 'target'));
  symlinkSync('../victim', join(folder, 'target/a'));
  const { done } = await unpack(t, [{ name: 'a', content: 'new' }], { folder: join(folder, 'target') });
  await done;
  t.is(readFileSync(join(folder, 'victim'), 'utf8'), 'kept');
  t.is(readFileSync(join(folder, 'target/a'), 'utf8'), 'new');
  t.true(lstatSync(join(folder, 'target/a')).isFile());
});

for (const [what, items] of [
  ['a path that leads out', [{ name: '../out', content: 'x' }]],
  ['a path that leads out in its middle', [{ name: 'a/../../out', content: 'x' }]],
  [
    'a path through a link that the archive made',
    [
      { name: 'a', type: 'symlink', linkname: '..' },
      { name: 'a/out', content: 'x' },
    ],
  ],
  [
    'a folder in the place of a link',
    [
      { name: 'a', type: 'symlink', linkname: '..' },
      { name: 'a/', type: 'directory', mode: 0o700 },
      { name: 'a/out', content: 'x' },
    ],
  ],
  [
    'a hard link to what is outside',
    [
      { name: 'a/', type: 'directory' },
      { name: 'a/out', type: 'link', linkname: '../secret' },
    ],
  ],
  [
    'a hard link through a link',
    [
      { name: 'd/', type: 'directory' },
      { name: 'd/a', type: 'symlink', linkname: '../..' },
      { name: 'd/out', type: 'link', linkname: 'd/a/secret' },
    ],
  ],
  [
    'an entry beside the one that was asked for',
    [
      { name: 'a', content: 'x' },
      { name: '.bashrc', content: 'x' },
    ],
  ],
  ['a size that is no number', [{ name: 'a', pax: { size: 'x' }, content: 'x' }]],
  [
    'a folder over a file',
    [
      { name: 'a', content: 'x' },
      { name: 'a/', type: 'directory' },
    ],
  ],
  [
    'a file over a folder',
    [
      { name: 'a/', type: 'directory' },
      { name: 'a', content: 'x' },
    ],
  ],
] as const satisfies readonly (readonly [string, readonly Item[]])[]) {
  test(`${what} is refused, and nothing is written outside`, async (t) => {
    const { outside, done } = await unpack(t, items);
    writeFileSync(join(outside, 'secret'), 's');
    await t.throwsAsync(done, { code: 'invalid' });
    t.deepEqual(readdirSync(outside).sort(), ['secret', 'target']);
    t.is(lstatSync(join(outside, 'secret')).nlink, 1);
  });
}

test('an absolute path is one below the target', async (t) => {
  const { folder, done } = await unpack(t, [
    { name: '/etc/', type: 'directory' },
    { name: '/etc/a', content: 'x' },
  ]);
  await done;
  t.is(readFileSync(join(folder, 'etc/a'), 'utf8'), 'x');
});

test('an archive that breaks off leaves no part of a file, and its error is the error', async (t) => {
  const folder = temporaryFolder(t);
  const whole = await archiveOf({ name: 'a', content: 'a'.repeat(10_000) });
  async function* broken() {
    yield whole.subarray(0, 2000);
    throw new Error('cut');
  }
  const options = { folder, isWhole: false, onSkip: () => undefined };
  await t.throwsAsync(extractFiles(broken(), options), { message: 'cut' });
  await t.throwsAsync(extractFiles(inPieces(whole.subarray(0, 2000)), options), {
    code: 'invalid',
    message: /not a complete tar/,
  });
  t.deepEqual(readdirSync(folder), []);
});
