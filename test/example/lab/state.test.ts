import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { folderOf, type LabState, parseState, readState, writeState } from '../../../example/lab/state.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const up: LabState = { phase: 'up', engines: 3, hasRegistry: true, network: 4, owner: { pid: 17, startTicks: 2345 } };
const begun: LabState = { phase: 'starting', engines: 0, hasRegistry: false };

test('a state is read as it was written, and no half-written file stays', async (t) => {
  const dir = join(temporaryFolder(t), 'lab');
  t.is(await readState(dir), undefined);
  await writeState(dir, begun);
  await writeState(dir, up);
  t.deepEqual(await readState(dir), up);
  t.deepEqual(await readdir(dir), ['state.json']);
  await writeFile(join(dir, 'state.json'), '');
  t.deepEqual(await readState(dir), begun);
});

const parsed = test.macro({
  exec: (t, text: string, expected: LabState) => t.deepEqual(parseState(text), expected),
  title: (title) => `state: ${title}`,
});

test('all fields', parsed, JSON.stringify(up), up);
test('nothing', parsed, '', begun);
test('not JSON', parsed, '{"phase":"up",', begun);
test('no object', parsed, 'null', begun);
test('an unknown phase', parsed, JSON.stringify({ ...up, phase: 'x' }), begun);
test('a negative count', parsed, JSON.stringify({ ...up, engines: -1 }), begun);
test('a count that is text', parsed, JSON.stringify({ ...up, engines: '3' }), begun);
test('an owner without a start is none', parsed, '{"phase":"up","engines":1,"hasRegistry":false,"owner":{"pid":1}}', {
  phase: 'up',
  engines: 1,
  hasRegistry: false,
});

test('a lab is in a folder of its name', (t) => {
  t.regex(folderOf('demo-2'), /\/\.lab\/demo-2$/);
});

for (const name of ['', '..', 'a/b', 'a b', 'Lab', '-a', '.lab', 'x'.repeat(32), 'a\n']) {
  test(`${JSON.stringify(name)} is no name for a lab`, (t) => {
    t.throws(() => folderOf(name), { code: 'bad_request' });
  });
}
