import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'ava';
import { compactStore } from '../../../src/store/embedded/compact-store.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts';
import type { DocumentChange, Store } from '../../../src/store/store.ts';
import { typed } from '../../cli/terminal.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { engineRecord } from '../fixtures.ts';
import { nextLine, startChild } from './child-process.ts';

const sizeOf = (dir: string) => statSync(join(dir, 'data.mdb')).size;
const noise = (bytes: number) => randomBytes(bytes / 2).toString('hex');

/** Much that was removed again, and a little that is there. */
async function fill(store: Store): Promise<void> {
  const put = (id: string): DocumentChange => ({
    kind: 'engine',
    id,
    value: engineRecord(id, { error: noise(50_000) }),
  });
  const ids = Array.from({ length: 60 }, (_, at) => `gone-${at}`);
  await store.write(ids.map(put));
  await store.write(ids.map((id) => ({ kind: 'engine', id })));
  await store.write(Array.from({ length: 10 }, (_, at) => put(`here-${at}`)));
}

// Opening a file holds up the process: what another test commits meanwhile would be late.
test.serial('the file stays bounded while a large document is rewritten', async (t) => {
  t.timeout(120_000);
  const dir = temporaryFolder(t);
  const store = await openEmbeddedStore({ dir, feedBytes: 2 ** 20 });
  t.teardown(() => store.close());
  const write = () => store.write([{ kind: 'engine', id: 'a', value: engineRecord('a', { error: noise(200_000) }) }]);
  for (let count = 0; count < 20; count++) await write();
  const before = sizeOf(dir);
  // Sixteen times what is kept of it.
  for (let count = 0; count < 80; count++) await write();
  t.log(`${before} bytes after 4 MB, ${sizeOf(dir)} bytes after 20 MB`);
  t.true(sizeOf(dir) <= 2 * before, `${before} and then ${sizeOf(dir)}`);
});

test.serial('a store without a server is compacted on demand, and keeps its content', async (t) => {
  const dir = temporaryFolder(t);
  const store = await openEmbeddedStore({ dir, feedBytes: 2 ** 16 });
  await fill(store);
  const before = await store.list('engine');
  const position = await store.position();
  const inUse = await typed(['store', 'compact', '--data-dir', dir], 'http://127.0.0.1:1');
  t.is(inUse.code, 1);
  t.regex(inUse.err, /in use by another Satsuma/);
  await store.close();

  const size = sizeOf(dir);
  const { code, out } = await typed(['store', 'compact', '--data-dir', dir, '--json'], 'http://127.0.0.1:1');
  t.is(code, 0);
  t.deepEqual(JSON.parse(out), { before: size, after: sizeOf(dir) });
  t.true(sizeOf(dir) < size / 2, `${size} and then ${sizeOf(dir)}`);
  const text = await typed(['store', 'compact', '--data-dir', dir], 'http://127.0.0.1:1');
  t.regex(text.out, /^The store in \S+ had \d+(?:\.\d)? MiB, and has \d+(?:\.\d)? MiB now\.\n$/);

  const again = await openEmbeddedStore({ dir });
  t.teardown(() => again.close());
  t.deepEqual(await again.list('engine'), before);
  t.deepEqual(await again.position(), position);
});

test.serial('a folder without a store is unchanged', async (t) => {
  const dir = temporaryFolder(t);
  await t.throwsAsync(compactStore(dir), { code: 'invalid', message: /has no embedded store/ });
  t.false(existsSync(join(dir, 'lock')));
});

test.serial('a process killed while compacting leaves one complete store', async (t) => {
  t.timeout(180_000);
  const dir = temporaryFolder(t);
  const store = await openEmbeddedStore({ dir });
  await fill(store);
  const before = await store.list('engine');
  await store.close();
  for (let run = 0; run < 3; run++) {
    const child = startChild(dir, 'compact');
    t.teardown(() => child.kill());
    await nextLine(child.lines);
    const copy = join(dir, 'data.mdb.compact');
    if (run % 2 === 0) while (!existsSync(copy)) await pause(1);
    else await pause(run * 20);
    await child.kill();
    const again = await openEmbeddedStore({ dir });
    t.false(existsSync(copy));
    t.deepEqual(await again.list('engine'), before);
    await again.close();
  }
});
