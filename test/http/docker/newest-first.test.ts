import test from 'ava';
import { newestFirst } from '../../../src/http/docker/newest-first.ts';

const row = (id: string, engineId: string, created: number, placedAt = Number.NaN) => ({
  id,
  engineId,
  created,
  placedAt,
});
const orderOf = (rows: readonly ReturnType<typeof row>[]) =>
  newestFirst(rows, ({ placedAt }) => placedAt).map(({ id }) => id);

test('lists of engines are merged by their seconds', (t) => {
  t.deepEqual(orderOf([]), []);
  t.deepEqual(orderOf([row('a2', 'a', 3), row('a1', 'a', 1), row('b2', 'b', 4), row('b1', 'b', 2)]), [
    'b2',
    'a2',
    'b1',
    'a1',
  ]);
});

test('within a second, what was placed last on any engine comes first', (t) => {
  const rows = [row('a2', 'a', 5, 5_300), row('a1', 'a', 5, 5_100), row('b2', 'b', 5, 5_400), row('b1', 'b', 5, 5_200)];
  t.deepEqual(orderOf(rows), ['b2', 'a2', 'b1', 'a1']);
});

test('within a second, the order of an engine’s own list stays, whatever the records say', (t) => {
  const rows = [row('a2', 'a', 5, 5_100), row('a1', 'a', 5, 5_300), row('b1', 'b', 5, 5_200)];
  t.deepEqual(orderOf(rows), ['a2', 'a1', 'b1']);
});

test('what was started by hand is as new as what its engine lists after it', (t) => {
  const rows = [row('hand', 'a', 5), row('a1', 'a', 5, 5_200), row('b1', 'b', 5, 5_300), row('alone', 'c', 5)];
  t.deepEqual(orderOf(rows), ['b1', 'hand', 'a1', 'alone']);
});
