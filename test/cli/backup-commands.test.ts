import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { createServer } from '../../src/http/server.ts';
import { startCluster } from '../fixtures/harness.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { terminal, typed } from './terminal.ts';

test('a backup is a file for its owner, and is restored from it or from standard input', async (t) => {
  const { type } = await terminal(t);
  await type('run --name web demo/busybox:1');
  const file = join(temporaryFolder(t), 'satsuma.backup');
  writeFileSync(file, 'an older one, open to all', { mode: 0o644 });
  t.deepEqual(await type(`backup -o ${file}`), { code: 0, out: '', err: '' });
  t.is(statSync(file).mode & 0o777, 0o600);
  t.is((await type('backup')).out.split('\n').length, readFileSync(file, 'utf8').split('\n').length);

  const cluster = await startCluster(t);
  const server = await createServer({ host: '127.0.0.1', port: 0, allowedHosts: [], cluster, configuration: {} });
  await server.start();
  t.teardown(() => server.stop());
  const there = (line: string) => typed(line, server.info.uri);
  const counts = /2 engines, 0 services, 0 jobs, 0 image configs, 1 container, as of /;
  const tried = await there(`restore --dry-run ${file}`);
  t.is(tried.code, 0, tried.err);
  t.regex(tried.out, /^would restore /);
  t.regex(tried.out, counts);
  t.is((await there('engine ls -q')).out, '');
  const done = await there(`restore ${file}`);
  t.regex(done.out, /^restored /);
  t.regex(done.out, counts);
  t.is((await there('engine ls -q')).out, 'a\nb\n');
  t.like(JSON.parse((await there(`restore --json ${file}`)).out), { entries: { engine: 2 }, dry_run: false });
  t.regex((await there(`restore ${file}`)).out, /Z; \d+ entries were there already\./);
});

test('what cannot be restored is told, with what to do', async (t) => {
  const { type } = await terminal(t);
  const folder = temporaryFolder(t);
  const missing = await type('restore nothing.backup');
  t.is(missing.code, 2);
  t.regex(missing.err, /there is no file nothing.backup/);
  t.regex((await type('restore -')).err, /satsuma restore - </);
  const other = join(folder, 'other');
  writeFileSync(other, 'hello\n');
  t.regex((await type(`restore ${other}`)).err, /not a Satsuma backup/);
  const file = join(folder, 'a.backup');
  await type(`backup -o ${file}`);
  await type('engine set a --label new');
  const refused = await type(`restore ${file}`);
  t.is(refused.code, 4);
  t.regex(refused.err, /the store is not empty \(engine a.*a new data-dir/);
  const { err } = await typed('backup', 'http://127.0.0.1:9', { terminal: () => ({ columns: 80, rows: 24 }) });
  t.regex(err, /refusing to write an archive to a terminal/);
});
