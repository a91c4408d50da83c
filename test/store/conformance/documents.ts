import test from 'ava';
import { addEngine, changesAfter, engineRecord, reserve } from '../fixtures.ts';
import type { Backend } from './backend.ts';

export function documentFacts({ open, cannot = [] }: Backend): void {
  test('a missing document is undefined', async (t) => {
    const store = await open(t);
    t.is(await store.read('engine', 'alpha'), undefined);
    t.deepEqual(await store.list('engine'), []);
  });

  test('a document is read as it was written', async (t) => {
    const store = await open(t);
    const value = engineRecord('alpha', { labels: ['ü=☃', 'line\nbreak', ''], cpus: 0.5, error: '\u2028 "quoted" \\' });
    const result = await store.write([{ kind: 'engine', id: 'alpha', value }]);
    t.true(result.ok);
    t.deepEqual(await store.read('engine', 'alpha'), { id: 'alpha', value, version: result.ok ? result.version : 0 });
  });

  test('ifVersion 0 creates only once', async (t) => {
    const store = await open(t);
    const change = { kind: 'engine', id: 'alpha', value: engineRecord('alpha'), ifVersion: 0 } as const;
    t.true((await store.write([change])).ok);
    t.deepEqual(await store.write([change]), { ok: false, conflict: change });
  });

  test('of concurrent creations one succeeds', async (t) => {
    const store = await open(t);
    const changes = ['a', 'b', 'c', 'd', 'e'].map((addr) => {
      return { kind: 'engine', id: 'alpha', value: engineRecord('alpha', { addr }), ifVersion: 0 } as const;
    });
    const results = await Promise.all(changes.map((change) => store.write([change])));
    const winners = changes.filter((_, i) => results[i]?.ok);
    t.is(winners.length, 1);
    t.deepEqual((await store.read('engine', 'alpha'))?.value, winners[0]?.value);
  });

  test('a write requires the given version and returns a greater one', async (t) => {
    const store = await open(t);
    const first = await addEngine(store);
    const change = (condition: 'ok' | 'down', ifVersion: number) => {
      return { kind: 'engine', id: 'alpha', value: engineRecord('alpha', { condition }), ifVersion } as const;
    };
    const second = await store.write([change('down', first.version)]);
    t.true(second.ok && second.version > first.version);
    const stale = change('ok', first.version);
    t.deepEqual(await store.write([stale]), { ok: false, conflict: stale });
    t.is((await store.read('engine', 'alpha'))?.value.condition, 'down');
  });

  test('without ifVersion any document is replaced', async (t) => {
    const store = await open(t);
    await addEngine(store);
    t.true((await store.write([{ kind: 'engine', id: 'alpha', value: engineRecord('alpha', { cpus: 9 }) }])).ok);
    t.is((await store.read('engine', 'alpha'))?.value.cpus, 9);
  });

  test('a document is removed at its version, or unconditionally', async (t) => {
    const store = await open(t);
    const { version } = await addEngine(store);
    const stale = { kind: 'engine', id: 'alpha', ifVersion: version + 1 } as const;
    t.deepEqual(await store.write([stale]), { ok: false, conflict: stale });
    t.true((await store.write([{ kind: 'engine', id: 'alpha', ifVersion: version }])).ok);
    t.is(await store.read('engine', 'alpha'), undefined);
    t.true((await store.write([{ kind: 'engine', id: 'alpha' }])).ok);
    t.true((await store.write([{ kind: 'engine', id: 'alpha', value: engineRecord('alpha'), ifVersion: 0 }])).ok);
  });

  test('one conflict prevents all changes, and the first is returned', async (t) => {
    const store = await open(t);
    const { version } = await addEngine(store);
    const taken = { kind: 'engine-key', id: 'addr', value: { engineId: 'beta' }, ifVersion: 7 } as const;
    const result = await store.write([
      { kind: 'engine', id: 'beta', value: engineRecord('beta'), ifVersion: 0 },
      { kind: 'engine', id: 'alpha', ifVersion: version },
      taken,
      { kind: 'engine', id: 'gamma', value: engineRecord('gamma'), ifVersion: 8 },
    ]);
    t.deepEqual(result, { ok: false, conflict: taken });
    t.deepEqual(
      (await store.list('engine')).map(({ id }) => id),
      ['alpha'],
    );
    t.is(await store.head(), version);
  });

  test('the documents of one write have its version', async (t) => {
    const store = await open(t);
    const result = await store.write([
      { kind: 'engine', id: 'alpha', value: engineRecord('alpha'), ifVersion: 0 },
      { kind: 'engine-key', id: 'https://alpha:2376', value: { engineId: 'alpha' }, ifVersion: 0 },
    ]);
    const version = result.ok ? result.version : 0;
    t.is((await store.read('engine', 'alpha'))?.version, version);
    t.deepEqual(await store.list('engine-key'), [{ id: 'https://alpha:2376', value: { engineId: 'alpha' }, version }]);
  });

  test('an empty write changes nothing', async (t) => {
    const store = await open(t);
    t.deepEqual(await store.write([]), { ok: true, version: 0 });
    const { version } = await addEngine(store);
    t.deepEqual(await store.write([]), { ok: true, version });
    t.is(await store.head(), version);
  });

  test('unlessReserved refuses while the engine has reservations', async (t) => {
    const store = await open(t);
    const engine = await addEngine(store);
    const other = await addEngine(store, 'beta');
    await reserve(store, other);
    const id = await reserve(store, engine);
    const removal = [{ kind: 'engine', id: 'alpha' }] as const;
    const guard = { unlessReserved: 'alpha' };
    t.deepEqual(await store.write(removal, guard), { ok: false, conflict: 'reserved' });
    await store.bind(id, 'container');
    t.deepEqual(await store.write(removal, guard), { ok: false, conflict: 'reserved' });
    t.not(await store.read('engine', 'alpha'), undefined);
    await store.release(id);
    t.true((await store.write(removal, guard)).ok);
  });

  test('a list is sorted by id, as JavaScript compares', async (t) => {
    const store = await open(t);
    const ids = ['b', 'a10', 'B', 'a9', 'é', 'z', '\uffee', '\u{1f34a}', 'a'];
    await store.write(ids.map((id) => ({ kind: 'engine-key', id, value: { engineId: 'alpha' } })));
    const listed = (await store.list('engine-key')).map(({ id }) => id);
    t.deepEqual(listed, [...ids].sort());
  });

  test('any Unicode up to 512 characters is an id', async (t) => {
    const store = await open(t);
    const ids = [
      ' ',
      '/',
      '..',
      'a b',
      'a\nb',
      '0',
      '-1',
      '\u0001',
      '"',
      '*',
      '{x}',
      '☃'.repeat(512),
      'hasOwnProperty',
    ];
    if (!cannot.includes('proto-ids')) ids.push('__proto__', 'constructor');
    await store.write(
      ids.map((id) => ({ kind: 'engine-key', id, value: { engineId: id.slice(0, 10) }, ifVersion: 0 })),
    );
    for (const id of ids) t.deepEqual((await store.read('engine-key', id))?.value, { engineId: id.slice(0, 10) }, id);
    t.deepEqual((await store.list('engine-key')).map(({ id }) => id).sort(), [...ids].sort());
    t.is((await changesAfter(store, 0, ids.length)).length, ids.length);
  });

  for (const [what, id] of [
    ['empty', ''],
    ['too long', 'x'.repeat(513)],
    ['with a NUL', 'a\0b'],
    ['with half a surrogate pair', 'a\ud83d'],
  ] as const) {
    test(`an id that is ${what} is invalid, and nothing is changed`, async (t) => {
      const store = await open(t);
      const changes = [
        { kind: 'engine-key', id: 'good', value: { engineId: 'alpha' } },
        { kind: 'engine-key', id, value: { engineId: 'alpha' } },
      ] as const;
      await t.throwsAsync(store.write(changes), { code: 'invalid' });
      await t.throwsAsync(store.read('engine-key', id), { code: 'invalid' });
      t.is(await store.head(), 0);
    });
  }

  test('one write cannot change a document twice', async (t) => {
    const store = await open(t);
    const change = { kind: 'engine', id: 'alpha', value: engineRecord('alpha') } as const;
    await t.throwsAsync(store.write([change, change]), { code: 'invalid' });
    t.is(await store.head(), 0);
  });
}
