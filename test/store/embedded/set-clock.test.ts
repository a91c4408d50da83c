import test, { type ExecutionContext } from 'ava';
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { addEngine, newReservation } from '../fixtures.ts';

/** What the system does when it corrects its clock. */
function setClock(t: ExecutionContext, hours: number): void {
  const { now } = Date;
  Date.now = () => now() + hours * 3_600_000;
  t.teardown(() => {
    Date.now = now;
  });
}

for (const hours of [-1, 1]) {
  test.serial(`setting the wall clock by ${hours} h does not affect the end of a lease`, async (t) => {
    const store = await openEmbeddedStore({ dir: temporaryFolder(t) });
    t.teardown(() => store.close());
    const { version: engineVersion } = await addEngine(store);
    const held = await store.acquireLease('services', 'one', 60_000);
    await store.reserve({ reservation: newReservation({ id: 'runs' }), engineVersion, leaseMs: 60_000 });
    setClock(t, hours);
    t.is(await store.acquireLease('services', 'two', 60_000), undefined);
    t.deepEqual(await store.acquireLease('services', 'one', 60_000), held);
    t.deepEqual(await store.expired(), []);
    await store.reserve({ reservation: newReservation({ id: 'over' }), engineVersion, leaseMs: 0 });
    t.deepEqual(await store.expired(), ['over']);
    const wall = await store.time();
    t.true(Math.abs(wall - Date.now()) < 60_000, 'the time of day is the new one');
  });
}

test.serial('a lease of an ended process lasts at most a minute', async (t) => {
  const dir = temporaryFolder(t);
  const first = await openEmbeddedStore({ dir });
  const { version: engineVersion } = await addEngine(first);
  const hourMs = 3_600_000;
  // As if the wall clock was an hour ahead then.
  await first.acquireLease('idempotency/x', 'one', hourMs);
  await first.reserve({ reservation: newReservation({ id: 'long' }), engineVersion, leaseMs: hourMs });
  await first.close();
  const second = await openEmbeddedStore({ dir });
  t.teardown(() => second.close());
  t.is(await second.acquireLease('idempotency/x', 'two', 1_000), undefined);
  t.deepEqual(await second.expired(), []);
  const { now } = performance;
  performance.now = () => now.call(performance) + 61_000;
  t.teardown(() => {
    performance.now = now;
  });
  t.truthy(await second.acquireLease('idempotency/x', 'two', 1_000));
  t.deepEqual(await second.expired(), ['long']);
});
