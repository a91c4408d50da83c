import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts';
import { addEngine, changesAfter } from '../fixtures.ts';

function temporaryFolder(t: { teardown(fn: () => void): void }): string {
  const dir = mkdtempSync(join(tmpdir(), 'satsuma-folder-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('the folder is made, and only its owner can read what is in it', async (t) => {
  const dir = join(temporaryFolder(t), 'a', 'data');
  const store = await openEmbeddedStore({ dir });
  await addEngine(store);
  t.is(statSync(dir).mode & 0o777, 0o700);
  for (const file of readdirSync(dir)) t.is(statSync(join(dir, file)).mode & 0o777, 0o600, file);
  await store.close();
});

test('the mode of a folder that was there is left alone', async (t) => {
  const dir = join(temporaryFolder(t), 'data');
  mkdirSync(dir, { mode: 0o755 });
  const store = await openEmbeddedStore({ dir });
  t.is(statSync(dir).mode & 0o777, 0o755);
  await store.close();
});

test('what was written is there when the folder is opened again', async (t) => {
  const dir = temporaryFolder(t);
  const first = await openEmbeddedStore({ dir });
  const engine = await addEngine(first);
  await first.close();
  const second = await openEmbeddedStore({ dir });
  t.deepEqual(await second.list('engine'), [engine]);
  t.is(await second.head(), engine.version);
  await second.close();
});

test('a smaller feed drops what a larger one kept', async (t) => {
  const dir = temporaryFolder(t);
  const large = await openEmbeddedStore({ dir, feedVersions: 100 });
  for (const id of ['a', 'b', 'c', 'd', 'e']) await addEngine(large, id);
  await large.close();
  const small = await openEmbeddedStore({ dir, feedVersions: 2 });
  t.deepEqual(await changesAfter(small, 2, 1), [{ kind: 'reset', version: 5 }]);
  t.is((await changesAfter(small, 3, 2)).length, 2);
  await small.close();
  await t.throwsAsync(openEmbeddedStore({ dir, feedVersions: 0 }), { code: 'invalid' });
});

test('one process cannot open a folder twice either', async (t) => {
  const dir = temporaryFolder(t);
  const store = await openEmbeddedStore({ dir });
  await t.throwsAsync(openEmbeddedStore({ dir }), { code: 'store_unavailable', message: /in use by another Satsuma/ });
  await store.close();
  await (await openEmbeddedStore({ dir })).close();
});

test('a folder that cannot be written is store_unavailable and named', async (t) => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  const dir = join(file, 'data');
  const error = await t.throwsAsync(openEmbeddedStore({ dir }), { code: 'store_unavailable' });
  t.regex(error?.message ?? '', /could not be opened in the folder .*ENOTDIR/);
});

test('a file that is no LMDB file is store_unavailable', async (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'data.mdb'), 'not at all what LMDB expects'.repeat(1000));
  await t.throwsAsync(openEmbeddedStore({ dir }), { code: 'store_unavailable', message: /could not be opened/ });
});

test('a closed store refuses calls and ends its followers', async (t) => {
  const dir = temporaryFolder(t);
  const store = await openEmbeddedStore({ dir });
  await addEngine(store);
  const following = t.throwsAsync(changesAfter(store, 0, 2), { code: 'store_unavailable' });
  await new Promise((resolve) => setTimeout(resolve, 10));
  await store.close();
  await following;
  for (const call of [store.ping(), store.head(), store.list('engine'), store.release('x')]) {
    await t.throwsAsync(call, { code: 'store_unavailable', message: /is closed/ });
  }
  await store.close();
});
