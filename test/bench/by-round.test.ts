import test from 'ava';
import { byRound } from '../../bench/by-round.ts';

test('each round is compared with its own, and a slow minute of both is no difference', (t) => {
  t.deepEqual(byRound([10, 220, 33], [10, 200, 30], { s: 5 }), {
    unit: 'x',
    value: 1.1,
    facts: { 'at least': 1, 'at most': 1.1, s: 5 },
  });
});
