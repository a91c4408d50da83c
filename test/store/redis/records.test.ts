import test from 'ava';
import { changesOf, documentOf, reservationOf } from '../../../src/store/redis/records.ts';
import { engineRecord, newReservation } from '../fixtures.ts';

const reservation = newReservation({ id: 'r', name: 'line\nbreak' });
const json = JSON.stringify(reservation);

test('a document consists of its version and its JSON', (t) => {
  const value = engineRecord('alpha', { error: 'two\nlines' });
  t.deepEqual(documentOf('engine', 'alpha', `12\n${JSON.stringify(value)}`), { id: 'alpha', value, version: 12 });
});

test('a reservation is reserved without a container, and bound with one', (t) => {
  const reserved = { ...reservation, state: 'reserved' as const };
  t.deepEqual(reservationOf('r', `3\nalpha\n\n${json}`), { id: 'r', version: 3, value: reserved });
  const bound = { ...reservation, state: 'bound' as const, containerId: 'a\nb' };
  t.deepEqual(reservationOf('r', `3\nalpha\n"a\\nb"\n${json}`), { id: 'r', version: 3, value: bound });
});

test('a stream entry contains several changes of one version', (t) => {
  const fields = ['engine', 'alpha', 'gone', '', 'reservation', 'r', 'set', `7\nalpha\n\n${json}`];
  t.deepEqual(changesOf(['7-0', fields]), [
    { kind: 'engine', id: 'alpha', version: 7 },
    { kind: 'reservation', id: 'r', version: 7, value: { ...reservation, state: 'reserved' } },
  ]);
});

test('a record of another format is store_unavailable', (t) => {
  t.throws(() => documentOf('engine', 'alpha', '{}'), { code: 'store_unavailable' });
  t.throws(() => reservationOf('r', `3\n${json}`), { code: 'store_unavailable' });
});
