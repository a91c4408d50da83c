import test from 'ava';
import type { Reservation } from '../../src/model/reservation.ts';
import { ReservationIndex } from '../../src/state/reservation-index.ts';

const container = 'c'.repeat(64);

function entry(id: string, engineId: string, containerId?: string) {
  const base = {
    id,
    engineId,
    claims: [],
    image: { name: 'redis', type: 'label', restart_policy: {} },
    name: id,
    createdAt: '2026-11-01T00:00:00.000Z',
    reason: { type: 'label', strategy: 'binpack', score: 0, candidates: 1, refused: 0 },
  } as const;
  const value: Reservation =
    containerId === undefined ? { ...base, state: 'reserved' } : { ...base, state: 'bound', containerId };
  return { id, version: 1, value };
}

const ids = (reservations: readonly Reservation[]) => reservations.map(({ id }) => id);

test('a reservation is found by id, engine and, once bound, container', (t) => {
  const index = new ReservationIndex();
  index.put(entry('r', 'a'));
  t.deepEqual([ids(index.all()), ids(index.on('a')), ids(index.of(container))], [['r'], ['r'], []]);
  index.put(entry('r', 'a', container));
  t.deepEqual([ids(index.all()), ids(index.on('a')), ids(index.of(container))], [['r'], ['r'], ['r']]);
  t.is(index.get('r')?.value.state, 'bound');
});

test('only engines with reservations are listed', (t) => {
  const index = new ReservationIndex();
  for (const [id, engineId] of [
    ['r', 'a'],
    ['s', 'a'],
    ['u', 'b'],
  ] as const)
    index.put(entry(id, engineId));
  t.deepEqual(index.engineIds(), ['a', 'b']);
  index.remove('u');
  t.deepEqual(index.engineIds(), ['a']);
});

test('two reservations may have one container; removing one keeps the other', (t) => {
  const index = new ReservationIndex();
  index.put(entry('r', 'a', container));
  index.put(entry('s', 'a', container));
  index.remove('r');
  t.deepEqual([ids(index.all()), ids(index.on('a')), ids(index.of(container))], [['s'], ['s'], ['s']]);
  index.remove('s');
  index.remove('s');
  t.deepEqual([ids(index.all()), ids(index.on('a')), ids(index.of(container))], [[], [], []]);
});

test('a reservation that changes its engine leaves nothing behind', (t) => {
  const index = new ReservationIndex();
  index.put(entry('r', 'a', container));
  index.put(entry('r', 'b', 'd'.repeat(64)));
  t.deepEqual([ids(index.on('a')), ids(index.on('b')), ids(index.of(container))], [[], ['r'], []]);
});
