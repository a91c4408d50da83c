import { cpSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { addEngine, engineRecord } from '../fixtures.ts';

/** A store with an engine on record, and the lines that it logs. */
async function openStore(t: ExecutionContext) {
  const dir = join(temporaryFolder(t), 'data');
  const lines: string[] = [];
  const log = (_: object, message: string) => void lines.push(message);
  const store = await openEmbeddedStore({ dir, logger: { warn: log, error: log, info: log } });
  t.teardown(() => store.close());
  await addEngine(store);
  const write = () => store.write([{ kind: 'engine', id: 'beta', value: engineRecord('beta') }]);
  const isUnavailable = async (message: RegExp) => {
    for (const call of [() => store.ping(), write, () => store.acquireLease('x', 'holder', 1_000)]) {
      await t.throwsAsync(call(), { code: 'store_unavailable', message });
    }
    t.is((await store.read('engine', 'beta'))?.id, undefined);
    t.is((await store.read('engine', 'alpha'))?.id, 'alpha', 'what is known can be read');
  };
  return { dir, store, lines, write, isUnavailable };
}

test('if the data folder is removed under a running server, writes are refused with a remedy', async (t) => {
  const { dir, lines, isUnavailable } = await openStore(t);
  rmSync(dir, { recursive: true });
  await isUnavailable(
    /data\.mdb was removed while the server runs\. Nothing is written.*restart the server and register/,
  );
  t.deepEqual(lines, ["the store's file is gone: writes are refused"], 'which is logged once');
});

test('a folder that was replaced by a copy is detected', async (t) => {
  const { dir, isUnavailable } = await openStore(t);
  renameSync(dir, `${dir}-old`);
  cpSync(`${dir}-old`, dir, { recursive: true });
  await isUnavailable(/data\.mdb was replaced by another one while the server runs/);
});

test('once the file is restored, writes work again', async (t) => {
  const { dir, store, lines, write, isUnavailable } = await openStore(t);
  renameSync(dir, `${dir}-old`);
  await isUnavailable(/was removed/);
  renameSync(`${dir}-old`, dir);
  await store.ping();
  t.like(await write(), { ok: true });
  t.deepEqual(lines, ["the store's file is gone: writes are refused", "the store's file is back in its place"]);
});
