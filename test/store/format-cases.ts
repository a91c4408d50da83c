import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { plainFormat, quotaFormat } from '../../src/model/project.ts';
import type { Explanation } from '../../src/placement/explain.ts';
import type { DocumentKind } from '../../src/store/documents.ts';
import { currentFormat, prepareFormat } from '../../src/store/format.ts';
import type { Store } from '../../src/store/store.ts';

const logger = { info: () => undefined };
const kept: readonly DocumentKind[] = ['engine', 'observation', 'service', 'service-generation'];

/** What a release of that format wrote: eight engines, a service that runs, and one that fits nowhere. */
export function storeOfRelease(file: string): Buffer {
  return gunzipSync(readFileSync(`test/store/releases/${file}.gz`));
}

/**
 * `openOld`: a store of format 1, from `storeOfRelease`. One after the other: opening a file holds up the process, and what another
 * test commits meanwhile would be late.
 */
export function formatCases(openOld: (t: ExecutionContext) => Promise<Store>, openNew: typeof openOld): void {
  const shapes = async (store: Store) => {
    const { waiting = {} } = (await store.read('service-status', 'huge'))?.value ?? {};
    return Object.values(waiting).map(({ details }) => {
      const { counts, engines } = details as Explanation;
      return [counts.map((each) => each.engines), engines.length];
    });
  };
  const everything = async (store: Store) =>
    Promise.all([...kept.map((kind) => store.list(kind)), store.reservations()]);
  const three = <T>(value: T): T[] => [value, value, value];

  test.serial('a store of format 1 is migrated, and everything else is unchanged', async (t) => {
    const store = await openOld(t);
    t.is(await store.read('format', 'store'), undefined);
    t.deepEqual(await shapes(store), three([[8], 5]));
    const before = await everything(store);
    t.true(before.every(({ length }) => length > 0));
    await prepareFormat(store, logger);
    t.deepEqual(await shapes(store), three([[8], 1]));
    t.deepEqual(await everything(store), before);
    t.is((await store.read('format', 'store'))?.value.version, currentFormat);
    const head = await store.head();
    await prepareFormat(store, logger);
    t.is(await store.head(), head, 'nothing is left to do');
  });

  test.serial(
    'an interrupted migration is completed by the next start, and two concurrent ones have the same result',
    async (t) => {
      const store = await openOld(t);
      const isMark: Store['write'] = async (changes, guard) => {
        if (changes.some(({ kind }) => kind === 'format')) throw new Error('killed');
        return store.write(changes, guard);
      };
      await t.throwsAsync(prepareFormat({ ...store, write: isMark }, logger), { message: 'killed' });
      t.is(await store.read('format', 'store'), undefined);
      await Promise.all([prepareFormat(store, logger), prepareFormat(store, logger)]);
      t.is((await store.read('format', 'store'))?.value.version, currentFormat);
      t.deepEqual(await shapes(store), three([[8], 1]));
    },
  );

  test.serial('a store of a newer format is refused with a remedy, and unchanged', async (t) => {
    const store = await openNew(t);
    await store.write([{ kind: 'format', id: 'store', value: { version: quotaFormat + 1 } }]);
    const head = await store.head();
    await t.throwsAsync(prepareFormat(store, logger), {
      code: 'invalid',
      message: /^The store has format \d+, .* a newer release wrote it\. Start that release .*, or restore a backup/,
    });
    t.is(await store.head(), head);
  });

  test.serial('a new store has the current format', async (t) => {
    const store = await openNew(t);
    await prepareFormat(store, logger);
    t.is((await store.read('format', 'store'))?.value.version, currentFormat);
    t.is(currentFormat, plainFormat, 'which backups of quotas are told apart from');
  });
}
