import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts';
import { addEngine, changesAfter, engineRecord } from '../fixtures.ts';

function temporaryFolder(t: { teardown(fn: () => void): void }): string {
  const dir = mkdtempSync(join(tmpdir(), 'satsuma-folder-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const silent = { error() {}, info() {} };

test('the folder is created with owner-only permissions', async (t) => {
  const dir = join(temporaryFolder(t), 'a', 'data');
  const store = await openEmbeddedStore({ dir });
  await addEngine(store);
  t.is(statSync(dir).mode & 0o777, 0o700);
  for (const file of readdirSync(dir)) t.is(statSync(join(dir, file)).mode & 0o777, 0o600, file);
  await store.close();
});

test('a folder that others can read causes a warning, and is unchanged', async (t) => {
  const dir = join(temporaryFolder(t), 'data');
  mkdirSync(dir, { mode: 0o755 });
  const warnings: object[] = [];
  const store = await openEmbeddedStore({ dir, logger: { ...silent, warn: (fields) => warnings.push(fields) } });
  t.is(statSync(dir).mode & 0o777, 0o755);
  t.deepEqual(warnings, [{ dir, mode: '755' }]);
  await store.close();
});

for (const mode of [0o770, 0o707, 0o777]) {
  test(`a folder of mode ${mode.toString(8)} is refused with a remedy`, async (t) => {
    const dir = join(temporaryFolder(t), 'data');
    mkdirSync(dir);
    chmodSync(dir, mode);
    const error = await t.throwsAsync(openEmbeddedStore({ dir }), { code: 'store_unavailable' });
    t.true(
      error?.message.endsWith(`others can write to it (mode ${mode.toString(8)}); set chmod 700 ${dir}.`),
      error?.message,
    );
    t.deepEqual(readdirSync(dir), []);
  });
}

for (const file of ['lock', 'data.mdb', 'data.mdb-lock']) {
  test(`a symbolic link as ${file} is not followed`, async (t) => {
    const dir = temporaryFolder(t);
    const target = join(temporaryFolder(t), 'target');
    writeFileSync(target, 'mine', { mode: 0o644 });
    symlinkSync(target, join(dir, file));
    const error = await t.throwsAsync(openEmbeddedStore({ dir }), { code: 'store_unavailable' });
    t.true(error?.message.includes(`${file} is a symbolic link; remove it`), error?.message);
    t.is(readFileSync(target, 'utf8'), 'mine');
    t.is(statSync(target).mode & 0o777, 0o644);
  });
}

test('written data is present when the folder is opened again', async (t) => {
  const dir = temporaryFolder(t);
  const first = await openEmbeddedStore({ dir });
  const engine = await addEngine(first);
  await first.close();
  const second = await openEmbeddedStore({ dir });
  t.deepEqual(await second.list('engine'), [engine]);
  t.is(await second.head(), engine.version);
  await second.close();
});

test('a smaller feed drops the excess of a larger one', async (t) => {
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

test('a large feed keeps a hundredth more than its number of versions at most', async (t) => {
  const store = await openEmbeddedStore({ dir: temporaryFolder(t), feedVersions: 200 });
  const ids = Array.from({ length: 211 }, (_, at) => `e${at}`);
  await Promise.all(ids.map((id) => addEngine(store, id)));
  t.deepEqual(await changesAfter(store, 9, 1), [{ kind: 'reset', version: 211 }]);
  t.is((await changesAfter(store, 10, 201)).length, 201);
  await store.close();
});

test('one process cannot open a folder twice', async (t) => {
  const dir = temporaryFolder(t);
  const store = await openEmbeddedStore({ dir });
  await t.throwsAsync(openEmbeddedStore({ dir }), { code: 'store_unavailable', message: /in use by another Satsuma/ });
  await store.close();
  await (await openEmbeddedStore({ dir })).close();
});

test('a folder that is not writable is store_unavailable, and named', async (t) => {
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  const dir = join(file, 'data');
  const error = await t.throwsAsync(openEmbeddedStore({ dir }), { code: 'store_unavailable' });
  t.regex(error?.message ?? '', /could not be opened in the folder .*ENOTDIR/);
});

test('a file of another format is store_unavailable', async (t) => {
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

test('a mostly free file is compacted at the next start, with the same content', async (t) => {
  const dir = temporaryFolder(t);
  const store = await openEmbeddedStore({ dir, feedBytes: 2 ** 20 });
  const engine = await addEngine(store);
  const large = engineRecord('large', { labels: ['x'.repeat(2_000_000)] });
  for (let i = 0; i < 12; i++) await store.write([{ kind: 'engine', id: `large-${i}`, value: large }]);
  await store.write(Array.from({ length: 12 }, (_, i) => ({ kind: 'engine', id: `large-${i}` }) as const));
  const position = await store.position();
  await store.close();
  const size = () => statSync(join(dir, 'data.mdb')).size;
  t.true(size() > 20_000_000);

  const again = await openEmbeddedStore({ dir, feedBytes: 2 ** 20 });
  t.teardown(() => again.close());
  t.true(size() < 5_000_000, `${size()} bytes`);
  t.deepEqual(await again.list('engine'), [engine]);
  t.deepEqual(await again.position(), position);
  await addEngine(again, 'beta');
  t.is((await changesAfter(again, position.version, 1))[0]?.version, position.version + 1);
  t.is(statSync(join(dir, 'data.mdb')).mode & 0o777, 0o600);
});
