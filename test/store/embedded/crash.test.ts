import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { changesAfter } from '../fixtures.ts';
import { sumsOf } from '../ledger-model.ts';
import { nextLine, startChild } from './child-process.ts';

function temporaryFolder(t: { teardown(fn: () => void): void }): string {
  const dir = mkdtempSync(join(tmpdir(), 'satsuma-crash-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test.serial('kill -9 during writes loses nothing acknowledged', async (t) => {
  t.timeout(120_000);
  const dir = temporaryFolder(t);
  for (const [run, linesBeforeKill] of [30, 211, 400].entries()) {
    const child = startChild(dir, 'work', String(run));
    t.teardown(() => child.kill());
    const said: string[] = [];
    for await (const line of child.lines) {
      said.push(line);
      if (said.length === linesBeforeKill) await child.kill();
    }
    t.true(said.length >= linesBeforeKill, 'the child ended by itself');
    const store = await openEmbeddedStore({ dir });
    await assertKept(t, store, said);
    await store.close();
  }
});

async function assertKept(t: { true(value: boolean, message: string): void }, store: Store, said: readonly string[]) {
  const stored = new Map((await store.reservations()).map(({ id, value }) => [id, value.state]));
  const written = new Set((await store.list('engine-key')).map(({ id }) => id));
  const last = new Map<string, string>();
  for (const line of said) {
    const [what = '', id = ''] = line.split(' ');
    last.set(id, what);
  }
  for (const [id, what] of last) {
    if (what === 'written') t.true(written.has(id), `the document ${id} is lost`);
    if (what === 'reserved') t.true(stored.has(id), `the reservation ${id} is lost`);
    // Its release may have been under way.
    if (what === 'bound') t.true(stored.get(id) !== 'reserved', `the container of ${id} is forgotten`);
    if (what === 'released') t.true(!stored.has(id), `${id} is back`);
  }

  const claims = (await store.reservations('alpha')).flatMap(({ value }) => value.claims);
  const sums = await store.sums('alpha');
  t.true(sums.size > 0, 'nothing was reserved');
  for (const [key, sum] of sumsOf(claims)) t.true(sums.get(key) === sum, `the sum of ${key} is wrong`);
  const head = await store.head();
  t.true(
    (await changesAfter(store, head - 10, 10)).every(({ version }, i) => version === head - 9 + i),
    'a gap in the feed',
  );
}

test.serial('a second process on the same folder is refused, until the first has ended', async (t) => {
  const dir = temporaryFolder(t);
  const child = startChild(dir, 'hold');
  t.teardown(() => child.kill());
  t.is(await nextLine(child.lines), 'open');
  await t.throwsAsync(openEmbeddedStore({ dir }), {
    code: 'store_unavailable',
    message: `The folder ${dir} is in use by another Satsuma (process ${child.process.pid}).`,
  });
  await child.kill();
  const store = await openEmbeddedStore({ dir });
  await store.close();
});

test.serial('a full disk refuses writes, keeps existing data, and recovers once there is space', async (t) => {
  const dir = temporaryFolder(t);
  const child = startChild(dir, 'fill', '', ['prlimit', '--fsize=2000000:unlimited']);
  t.teardown(() => child.kill());
  const said: string[] = [];
  const exit = once(child.process, 'exit');
  for await (const line of child.lines) said.push(line);
  t.deepEqual(await exit, [0, null]);
  const refused = said.find((line) => line.startsWith('refused')) ?? '';
  t.regex(refused, /"code":"store_unavailable".*could not write; its disk may be full/);
  const written = said.filter((line) => line.startsWith('written')).length;
  const readable = Number(said.find((line) => line.startsWith('readable'))?.split(' ')[1]);
  t.true(written > 0 && readable >= 2 * written, `${written} pairs acknowledged, ${readable} documents there`);
  t.is(said.at(-1), 'after true');

  const store = await openEmbeddedStore({ dir });
  t.is((await store.read('engine', 'after'))?.value.error?.length, 100_000);
  await store.close();
});
