import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder } from '../../temporary-folder.ts';
import { terminal } from '../terminal.ts';
import { archiveOf, inPieces, readArchive } from './archives.ts';

async function withContainer(t: Parameters<typeof terminal>[0]) {
  const { cluster, type } = await terminal(t);
  const ran = await type('run --name web --type host --label host:a demo/busybox:1');
  t.is(ran.code, 0, ran.err);
  const archives = cluster.engines[0]?.archives ?? new Map<string, Buffer>();
  return { type, archives, folder: temporaryFolder(t) };
}

test('a folder goes in and comes out', async (t) => {
  const { type, archives, folder } = await withContainer(t);
  archives.set('web:/data', Buffer.alloc(0));
  mkdirSync(join(folder, 'site'));
  writeFileSync(join(folder, 'site/index.html'), 'hello');
  const into = await type(['cp', join(folder, 'site'), 'web:/data']);
  t.is(into.code, 0, into.err);
  t.regex(into.err, /^copied \d+ bytes to web:\/data\n$/);
  const names = (await readArchive(inPieces(archives.get('web:/data') ?? Buffer.alloc(0)))).map(({ name }) => name);
  t.deepEqual(names, ['site/', 'site/index.html']);
  const out = await type(['cp', '--json', 'web:/data', join(folder, 'copy')]);
  t.is(out.code, 0, out.err);
  t.like(JSON.parse(out.out), { source: 'web:/data', target: join(folder, 'copy') });
  t.is(readFileSync(join(folder, 'copy/index.html'), 'utf8'), 'hello');
});

test('an archive goes to standard output as it is', async (t) => {
  const { type, archives } = await withContainer(t);
  const archive = await archiveOf({ name: 'a', content: 'x' });
  archives.set('web:/a', archive);
  t.is((await type('cp web:/a -')).out, archive.toString());
  const screen = { terminal: () => ({ columns: 80, rows: 24 }) };
  t.is((await type('cp web:/a -', screen)).code, 2, 'and not to a terminal');
});

test('between two containers', async (t) => {
  const { type, archives, folder } = await withContainer(t);
  await type('run --name other --type host --label host:a demo/busybox:1');
  archives.set('web:/data', await archiveOf({ name: 'data/', type: 'directory' }, { name: 'data/a', content: 'x' }));
  const { code, err } = await type('cp -q web:/data other:/srv/copy');
  t.is(code, 0, err);
  t.is(err, '');
  const names = (await readArchive(inPieces(archives.get('other:/srv') ?? Buffer.alloc(0)))).map(({ name }) => name);
  t.deepEqual(names, ['copy/', 'copy/a']);
  t.deepEqual(readdirSync(folder), []);
});

for (const [line, code, err] of [
  ['cp web:/nope .', 3, /no \/nope/],
  ['cp nobody:/etc .', 3, /no container found/],
  ['cp package.json nobody:/tmp/', 3, /no container found/],
  ['cp package.json nobody:/tmp/x', 3, /no container found/],
  ['cp package.json web:/nope/', 2, /there is no folder \/nope\//],
  ['cp a b', 2, /must be in a container/],
  ['cp - -', 2, /must be in a container/],
  ['cp /nope web:/tmp', 2, /cannot read \/nope/],
  ['cp web: .', 2, /CONTAINER:PATH/],
  ['cp web:/data', 2, /missing required argument/],
] as const) {
  test(`satsuma ${line}`, async (t) => {
    const { type } = await withContainer(t);
    const outcome = await type(line);
    t.is(outcome.code, code, outcome.err);
    t.regex(outcome.err, err);
  });
}
