import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { eventually } from '../controllers/services/stage.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { cells, terminal } from './terminal.ts';

test('what was done is listed, exported, and checked with and without a server', async (t) => {
  const { type } = await terminal(t, { isAudited: true });
  await type('run --name web demo/busybox:1');
  await type('rm -f web');
  await type('rm -f nothing');
  await eventually(t, async () => (await type('audit ls -q')).out.split('\n').length === 4);
  const table = cells((await type('audit ls')).out);
  t.deepEqual(table[0], ['WHEN', 'WHO', 'FROM', 'DID', 'TARGET', 'RESULT', 'CODE']);
  t.deepEqual(
    table.slice(1).map((row) => row.slice(1, 6)),
    [
      ['anyone', '127.0.0.1', 'remove container', 'nothing', 'failed'],
      ['anyone', '127.0.0.1', 'remove container', 'web', 'done'],
      ['anyone', '127.0.0.1', 'create container', 'web', 'done'],
    ],
  );
  t.is(JSON.parse((await type('audit ls --verb create --json')).out).length, 1);
  t.is((await type('audit ls --verb fly')).code, 2);
  const recent = await type('audit ls --since 5m --json');
  t.is(recent.code, 0, recent.err);
  t.is(JSON.parse(recent.out).length, 3);
  t.is(JSON.parse((await type('audit ls --since 0s --json')).out).length, 0);
  t.is((await type('audit ls --since yesterday')).code, 2);
  t.regex((await type('audit verify')).out, /^whole: 3 entries in [123] blocks?/);

  const folder = temporaryFolder(t);
  const file = join(folder, 'audit.jsonl');
  t.is((await type(`audit export -o ${file}`)).code, 0);
  t.is(statSync(file).mode & 0o777, 0o600);
  const { code, out } = await type(`audit verify ${file}`);
  t.is(code, 0);
  const [, hash] = /hash ([0-9a-f]{64})/.exec(out) ?? [];
  t.is((await type(`audit verify ${file} --head ${hash}`)).code, 0);
  const anew = await type(`audit verify ${file} --head ${'0'.repeat(64)}`);
  t.is(anew.code, 1);
  t.regex(anew.out, /was forged/);

  const forged = join(folder, 'forged.jsonl');
  writeFileSync(forged, readFileSync(file, 'utf8').replace('"target":"web"', '"target":"other"'));
  const found = await type(`audit verify ${forged}`);
  t.is(found.code, 1);
  t.regex(found.out, /^not whole: block 1 was changed/);
  writeFileSync(forged, readFileSync(file, 'utf8').split('\n').slice(0, 1).join('\n'));
  t.regex((await type(`audit verify ${forged}`)).out, /^not whole: block 1 is missing/);
});

test('what is no export is told', async (t) => {
  const { type } = await terminal(t);
  const file = join(temporaryFolder(t), 'x');
  for (const [text, expected] of [
    ['', /is empty/],
    ['hello\n', /not JSON/],
    ['{"a": 1}\n', /not an export of an audit log/],
    ['[]\n', /not an export of an audit log/],
    ['null\n', /not an export of an audit log/],
    ['{"audit_head":{"number":1,"hash":"","first":1,"before":""}}\nnull\n', /not a block/],
  ] as const) {
    writeFileSync(file, text);
    const { code, err } = await type(`audit verify ${file}`);
    t.is(code, 2, text);
    t.regex(err, expected);
  }
  t.regex((await type('audit verify /nonexistent')).err, /cannot read \/nonexistent: ENOENT/);
  t.is((await type('audit verify --head abc')).code, 2);
  t.regex((await type(`audit verify ${file} --head abc`)).err, /64 hexadecimal digits/);
});
