import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import type { Claim } from '../../src/model/claim.ts';
import { sortById } from '../../src/store/sort-by-id.ts';
import type { Store } from '../../src/store/store.ts';
import type { Backend } from './conformance/backend.ts';
import { addEngine, newReservation } from './fixtures.ts';
import type { Step } from './ledger-model.ts';
import { LedgerModel } from './ledger-model.ts';
import { assertOrder } from './ledger-order.ts';

const engineIds = ['alpha', 'beta'];
const id = fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5', 'r6');
const engineId = fc.constantFrom(...engineIds);
/** One limit for each key, so that "no sum is above its limit" can be said; `image` has none. */
const claims = fc.uniqueArray(
  fc.oneof(
    record({ key: fc.constant('cpu'), amount: fc.integer({ min: 0, max: 4 }), limit: fc.constant(6) }),
    record({ key: fc.constant('port'), amount: fc.constant(1), limit: fc.constant(1) }),
    record({ key: fc.constant('image'), amount: fc.constant(1), limit: fc.constant(null) }),
  ),
  { maxLength: 4, selector: ({ key, amount }) => `${key} ${amount}` },
);
const leaseMs = fc.constantFrom(0, 3_600_000);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: record({ do: fc.constant('reserve' as const), id, engineId, claims, leaseMs }) },
  { weight: 1, arbitrary: record({ do: fc.constant('adopt' as const), id, engineId, claims }) },
  { weight: 4, arbitrary: record({ do: fc.constantFrom('bind', 'renew', 'release', 'expire'), id }) },
);
/** An exchange is of what its caller knows to be there: it says nothing where many go at once. */
const stepOrExchange: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: step },
  { weight: 1, arbitrary: record({ do: fc.constant('retake' as const), id, engineId, claims, leaseMs }) },
  { weight: 1, arbitrary: record({ do: fc.constant('settle' as const), id, engineId, claims }) },
);

function record<T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(fields, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

/** No interleaving of reserve, bind, release, expire and adopt breaks a limit or loses a claim. */
export function ledgerProperties(backend: Backend, { runs }: { readonly runs: number }): void {
  test('sequentially, every step of the ledger ends as in the model', async (t) => {
    t.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(stepOrExchange, { maxLength: 30 }), async (steps) => {
        const store = await backend.open(t);
        const versions = await addEngines(store);
        const model = new LedgerModel();
        for (const current of steps) {
          const hint = JSON.stringify(current);
          assert.deepStrictEqual(await perform(store, versions, current), performOnModel(model, current), hint);
          await compare(store, model, hint);
        }
      }),
      { numRuns: runs },
    );
    t.pass();
  });

  test('concurrently, the feed has an order of steps that respects all limits and claims', async (t) => {
    t.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 6 }), async (batches) => {
        const stores = backend.openSeveral ? await backend.openSeveral(t, 3) : [await backend.open(t)];
        const [store] = stores;
        if (!store) throw new Error('no store');
        const versions = await addEngines(store);
        const outcomes: { step: Step; outcome: unknown }[] = [];
        for (const batch of batches) {
          await Promise.all(
            batch.map(async (current, i) => {
              const instance = stores[i % stores.length] ?? store;
              outcomes.push({ step: current, outcome: await perform(instance, versions, current) });
            }),
          );
        }
        await assertOrder(store, outcomes);
      }),
      { numRuns: runs },
    );
    t.pass();
  });
}

async function addEngines(store: Store): Promise<ReadonlyMap<string, number>> {
  const engines = await Promise.all(engineIds.map((engine) => addEngine(store, engine)));
  return new Map(engines.map((engine) => [engine.id, engine.version]));
}

async function perform(store: Store, versions: ReadonlyMap<string, number>, current: Step): Promise<unknown> {
  switch (current.do) {
    case 'reserve': {
      const reservation = newReservation({ ...named(current), name: current.id });
      const engineVersion = versions.get(current.engineId) ?? 0;
      try {
        const result = await store.reserve({ reservation, engineVersion, leaseMs: current.leaseMs });
        if (result.ok) return 'ok';
        return result.reason === 'full' ? { full: result.key } : result.reason;
      } catch (error) {
        return error instanceof Error && error.message.includes('taken') ? 'taken' : error;
      }
    }
    case 'adopt':
      return store.adopt(newReservation({ ...named(current), name: current.id }), 'container');
    case 'retake':
    case 'settle': {
      const reservation = newReservation({ ...named(current), name: current.id });
      const ifVersion = (await store.reservations()).find((each) => each.id === current.id)?.version ?? 999;
      if (current.do === 'settle')
        return (await store.adopt(reservation, 'container', { ifVersion })) ? 'ok' : undefined;
      const engineVersion = versions.get(current.engineId) ?? 0;
      const result = await store.reserve({ reservation, engineVersion, leaseMs: current.leaseMs, ifVersion });
      if (result.ok) return 'ok';
      return result.reason === 'full' ? { full: result.key } : undefined;
    }
    case 'bind':
      return (await store.bind(current.id, 'container')) !== undefined;
    case 'renew':
      return store.renew(current.id, 3_600_000);
    case 'release':
      return store.release(current.id);
    case 'expire':
      return store.release(current.id, { onlyIfExpired: true });
  }
}

function performOnModel(model: LedgerModel, current: Step): unknown {
  switch (current.do) {
    case 'reserve':
      return model.reserve(newReservation({ ...named(current), name: current.id }), current.leaseMs === 0);
    case 'adopt':
      return model.adopt(newReservation({ ...named(current), name: current.id }), 'container');
    case 'retake': {
      const reservation = newReservation({ ...named(current), name: current.id });
      return model.exchange({ ...reservation, state: 'reserved', isExpired: current.leaseMs === 0 }, true);
    }
    case 'settle': {
      const reservation = newReservation({ ...named(current), name: current.id });
      return model.exchange({ ...reservation, state: 'bound', containerId: 'container', isExpired: false }, false);
    }
    case 'bind':
      return model.bind(current.id, 'container');
    case 'renew':
      return model.renew(current.id);
    case 'release':
      return model.release(current.id, false);
    case 'expire':
      return model.release(current.id, true);
  }
}

function named({ id: reservationId, engineId: engine, claims: taken }: Extract<Step, { claims: Claim[] }>) {
  return { id: reservationId, engineId: engine, claims: taken };
}

async function compare(store: Store, model: LedgerModel, hint: string): Promise<void> {
  const stored = (await store.reservations()).map(({ value }) => value);
  assert.deepStrictEqual(stored, sortById(model.reservations()), hint);
  assert.deepStrictEqual((await store.expired()).sort(), model.expired().sort(), hint);
  for (const engine of engineIds) assert.deepStrictEqual(await store.sums(engine), model.sums(engine), hint);
}
