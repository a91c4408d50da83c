import test, { type ExecutionContext } from 'ava';
import { AuditLog, type AuditLogOptions } from '../../src/audit/audit-log.ts';
import { readBlocks, readHead } from '../../src/audit/read-blocks.ts';
import { verifyAudit } from '../../src/commands/audit/verify-audit.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { openEmbeddedStore } from '../../src/store/embedded/embedded-store.ts';
import type { Store } from '../../src/store/store.ts';
import { eventually } from '../controllers/services/stage.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { entry } from './entries.ts';

const day = 86_400_000;

async function open(t: ExecutionContext) {
  const store = await openEmbeddedStore({ dir: temporaryFolder(t) });
  t.teardown(() => store.close());
  const clock = { at: Date.parse('2026-11-29T06:00:00Z'), now: () => clock.at };
  const told: string[] = [];
  const tell = (_: object, message: string) => void told.push(message);
  const logger = { info: tell, warn: tell };
  const log = (changes: Partial<AuditLogOptions> = {}) =>
    new AuditLog({ store, clock, logger, server: 'one', keepMs: day, ...changes });
  return { store, clock, log, told };
}

async function requestsIn(store: Store): Promise<string[]> {
  const { value: head } = await readHead(store);
  const requests: string[] = [];
  for await (const { entries } of readBlocks(store, head.first, head.number)) {
    requests.push(...entries.map(({ request }) => request));
  }
  return requests;
}

test('entries of several servers form one chain, without duplicates', async (t) => {
  const { store, log } = await open(t);
  const logs = ['one', 'two', 'three'].map((server) => log({ server }));
  const entries = Array.from({ length: 90 }, () => entry());
  for (const [at, each] of entries.entries()) logs[at % 3]?.note(each);
  await Promise.all(logs.map((each) => each.stop()));
  t.deepEqual((await requestsIn(store)).sort(), entries.map(({ request }) => request).sort());
  t.like(await verifyAudit(store), { ok: true, entries: 90, blocks: 3, lost: 0 });
});

test('during an outage of the store entries wait, and an entry that was written is not repeated', async (t) => {
  const { store, log } = await open(t);
  let failures = ['before', 'after', 'after'];
  const away = new SatsumaError('store_unavailable', 'no answer');
  const write: Store['write'] = async (changes, guard) => {
    const [now, ...rest] = failures;
    failures = rest;
    if (now === 'before') throw away;
    const result = await store.write(changes, guard);
    if (now === 'after') throw away;
    return result;
  };
  const audit = log({ store: { read: (kind, id) => store.read(kind, id), write } });
  const entries = Array.from({ length: 700 }, () => entry());
  for (const each of entries) audit.note(each);
  await eventually(t, async () => (await requestsIn(store)).length >= 700);
  await audit.stop();
  t.deepEqual(
    await requestsIn(store),
    entries.map(({ request }) => request),
  );
  t.true((await verifyAudit(store)).ok);
});

test('an entry equal to an earlier one is written as well', async (t) => {
  const { store, log } = await open(t);
  let isAway = false;
  const write: Store['write'] = async (changes, guard) => {
    if (isAway) throw new SatsumaError('store_unavailable', 'no answer');
    return await store.write(changes, guard);
  };
  const audit = log({ store: { read: (kind, id) => store.read(kind, id), write } });
  const targets = async () => {
    const { value: head } = await readHead(store);
    const all: (string | null)[] = [];
    for await (const { entries } of readBlocks(store, 1, head.number)) all.push(...entries.map(({ target }) => target));
    return all;
  };
  // The receipts of drains are of no request, and the entries of one session are of the same one.
  audit.note(entry({ request: '', target: 'a' }));
  await eventually(t, async () => (await targets()).length === 1);
  isAway = true;
  audit.note(entry({ request: '', target: 'b' }));
  await audit.stop();
  isAway = false;
  audit.note(entry({ request: '', target: 'c' }));
  await audit.stop();
  t.deepEqual(await targets(), ['a', 'b', 'c']);
  t.like(await verifyAudit(store), { ok: true, lost: 0 });
});

test('an entry whose write succeeds late is not repeated', async (t) => {
  const { store, log } = await open(t);
  let late: (() => Promise<unknown>) | undefined;
  let writes = 0;
  const write: Store['write'] = async (changes, guard) => {
    writes += 1;
    if (writes === 1) {
      late = () => store.write(changes, guard);
      throw new SatsumaError('store_unavailable', 'no answer');
    }
    // After the head was read again, and before this one.
    if (writes === 2) await late?.();
    return await store.write(changes, guard);
  };
  const audit = log({ store: { read: (kind, id) => store.read(kind, id), write } });
  const made = entry();
  audit.note(made);
  await eventually(t, async () => (await requestsIn(store)).length > 0);
  await audit.stop();
  t.deepEqual(await requestsIn(store), [made.request]);
});

test('dropped entries are counted: failures beyond ten a second, and a full buffer', async (t) => {
  const { store, log } = await open(t);
  const audit = log();
  for (let count = 0; count < 500; count++) {
    audit.note(entry({ who: null, result: 'refused', status: 401 }));
    audit.note(entry({ who: 'eve', result: 'failed', status: 404 }));
  }
  for (let count = 0; count < 11_000; count++) audit.note(entry());
  await audit.stop();
  const { entries, lost, ok } = await verifyAudit(store);
  t.true(ok);
  t.is(entries + lost, 12_000);
  t.true(entries <= 10_000);
  t.true(lost > 1_900, String(lost));
});

test('expired blocks are removed, and the rest of the chain is valid', async (t) => {
  const { store, clock, log } = await open(t);
  for (let block = 0; block < 5; block++) {
    const audit = log();
    audit.note(entry());
    await audit.stop();
    clock.at += day / 4;
  }
  t.like(await verifyAudit(store), { ok: true, first: 1, blocks: 5 });
  const kept = await requestsIn(store);
  clock.at += day / 2 + 1;
  const audit = log();
  audit.note(entry());
  await audit.stop();
  t.like(await verifyAudit(store), { ok: true, first: 5, blocks: 2 });
  t.deepEqual((await requestsIn(store)).slice(0, 1), kept.slice(4));
});

test('blocks that expire during a verification are not missing', async (t) => {
  const { store, clock, log } = await open(t);
  const record = async () => {
    const audit = log();
    audit.note(entry());
    await audit.stop();
  };
  for (let block = 0; block < 3; block++) await record();
  let isTrimmed = false;
  const trimming: Pick<Store, 'read'> = {
    read: async (kind, id) => {
      if (kind === 'audit-block' && !isTrimmed) {
        isTrimmed = true;
        clock.at += 2 * day;
        await record();
      }
      return await store.read(kind, id);
    },
  };
  t.like(await verifyAudit(trimming), { ok: true, first: 4, blocks: 1 });
});

test('changes and removals in the store are detected', async (t) => {
  const { store, log, told } = await open(t);
  for (let block = 0; block < 3; block++) {
    const audit = log();
    audit.note(entry());
    await audit.stop();
  }
  t.true(told.includes('head of the audit'));
  const [second] = (await store.list('audit-block')).slice(1);
  if (!second) return t.fail();
  const { value, id } = second;
  const changed = { ...value, entries: value.entries.map((each) => ({ ...each, who: 'nobody' })) };
  await store.write([{ kind: 'audit-block', id, value: changed }]);
  t.like(await verifyAudit(store), { ok: false, problem: 'block 2 was changed' });
  await store.write([{ kind: 'audit-block', id }]);
  t.like(await verifyAudit(store), { ok: false, problem: 'block 2 is missing, or in another place' });
});

test('a chain with too many entries loses its oldest, regardless of age, with a warning', async (t) => {
  const { store, log, told } = await open(t);
  const audit = log({ maxEntries: 1_000 });
  const entries = Array.from({ length: 4_000 }, () => entry());
  for (const each of entries) audit.note(each);
  await audit.stop();
  const verdict = await verifyAudit(store);
  t.true(verdict.ok);
  t.is(verdict.entries, 1_000);
  t.is((await requestsIn(store)).at(-1), entries.at(-1)?.request);
  t.is(told.filter((each) => each.startsWith('the audit is full')).length, 1);
});
