import test from 'ava';
import { addEngine, claim, engineRecord, newReservation, reserve } from '../fixtures.ts';
import type { Backend } from './backend.ts';

export function snapshotFacts({ open }: Backend): void {
  test('a snapshot has the documents of the requested kinds, and bound reservations', async (t) => {
    const store = await open(t);
    t.deepEqual(await store.snapshot(['engine']), []);
    const { value, version } = await addEngine(store);
    await store.write([{ kind: 'engine-key', id: 'addr/x', value: { engineId: 'alpha' } }]);
    await reserve(store, { id: 'alpha', value, version }, [claim('cpu', 1, 4)]);
    const reservation = newReservation({ claims: [claim('cpu', 2, 4)] });
    await store.adopt(reservation, 'a-container');
    t.deepEqual(await store.snapshot(['service', 'engine']), [
      { kind: 'engine', id: 'alpha', value },
      {
        kind: 'reservation',
        id: reservation.id,
        value: { ...reservation, state: 'bound', containerId: 'a-container' },
      },
    ]);
    t.deepEqual(
      (await store.snapshot(['engine-key'])).map(({ kind }) => kind),
      ['engine-key', 'reservation'],
    );
  });

  test('a snapshot is consistent', async (t) => {
    const store = await open(t);
    // More than is read in one go, in front of, between and behind the two that change together.
    const fillers = Array.from({ length: 450 }, (_, at) => `m${at}`);
    await store.write(fillers.map((id) => ({ kind: 'engine', id, value: engineRecord(id) })));
    let cpus = 0;
    const change = () => {
      cpus += 1;
      return store.write(['a', 'z'].map((id) => ({ kind: 'engine', id, value: engineRecord(id, { cpus }) })));
    };
    await change();
    for (let round = 0; round < 4; round++) {
      const changing = Promise.all(Array.from({ length: 5 }, change));
      const found = new Map((await store.snapshot(['engine'])).map(({ id, value }) => [id, value]));
      t.is(found.size, 452);
      const [a, z] = ['a', 'z'].map((id) => (found.get(id) as { readonly cpus: number }).cpus);
      t.is(a, z);
      await changing;
    }
  });
}
