import test from 'ava';
import { Collections, countHits } from '../../../bench/place/collections.ts';

test('what overlaps is hit, once, and what only touches is not', (t) => {
  const stretches = [
    { start: 0, end: 1 },
    { start: 2, end: 3 },
    { start: 4, end: 5 },
  ];
  const others = [
    { start: 1, end: 2 },
    { start: 2.5, end: 2.6 },
    { start: 2.9, end: 4.1 },
  ];
  t.is(countHits(stretches, others), 2);
});

test('a collection is seen in the stretch in which it was', async (t) => {
  const collections = new Collections();
  const start = performance.now();
  const kept: object[] = [];
  for (let index = 0; index < 2_000_000; index++) kept[index % 1_000] = { index };
  const end = performance.now();
  t.is(
    await collections.hits([
      { start, end },
      { start: end + 1e6, end: end + 1e6 + 1 },
    ]),
    1,
  );
  t.is(await collections.hits([{ start, end }]), 0);
  collections.stop();
});
