import test from 'ava';
import { keptNumbers, pruneNumbers } from '../../src/model/kept-numbers.ts';

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('up to 100 are kept', (t) => {
  t.deepEqual(pruneNumbers(undefined, 100), { kept: { from: 1, also: [] }, gone: [] });
  t.deepEqual(keptNumbers({ from: 1, also: [] }, 3), [1, 2, 3]);
});

test('the next one drops the oldest, unless it is needed', (t) => {
  t.deepEqual(pruneNumbers({ from: 1, also: [] }, 101), { kept: { from: 2, also: [] }, gone: [1] });
  const { kept, gone } = pruneNumbers({ from: 1, also: [] }, 101, new Set([1, 50]));
  t.deepEqual([kept, gone], [{ from: 2, also: [1] }, []]);
  t.deepEqual(keptNumbers(kept, 101), range(1, 101));
});

test('a number that is no longer needed is dropped', (t) => {
  t.deepEqual(pruneNumbers({ from: 300, also: [1, 7] }, 400, new Set([7])), {
    kept: { from: 301, also: [7] },
    gone: [1, 300],
  });
});

test('an old list of thousands is shortened step by step, without omissions', (t) => {
  let kept: Parameters<typeof pruneNumbers>[0];
  const gone: number[] = [];
  for (let last = 2_101; last <= 2_110; last++) {
    const pruned = pruneNumbers(kept, last, new Set([3]));
    t.true(pruned.gone.length <= 500);
    kept = pruned.kept;
    gone.push(...pruned.gone);
  }
  t.deepEqual(keptNumbers(kept, 2_110), [3, ...range(2_011, 2_110)]);
  t.deepEqual(
    [...gone, 3].sort((a, b) => a - b),
    range(1, 2_010),
  );
});

test('a corrupt number does not create an endless list', (t) => {
  t.is(keptNumbers(undefined, 1e12).length, 10_000);
});
