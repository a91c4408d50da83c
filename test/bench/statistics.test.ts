import test from 'ava';
import { Random } from '../../bench/random.ts';
import { median, medianRatio, percentile } from '../../bench/statistics.ts';

const oneToHundred = Array.from({ length: 100 }, (_, index) => ((index * 37) % 100) + 1);

const percentiles = test.macro((t, percent: number, expected: number) => {
  t.is(percentile(oneToHundred, percent), expected);
});

test('p50 of 1 to 100, in any order, is the 50th', percentiles, 50, 50);
test('p99 is the 99th', percentiles, 99, 99);
test('p100 is the greatest', percentiles, 100, 100);
test('p0 is the smallest', percentiles, 0, 1);
test('between two ranks the higher one counts', percentiles, 98.1, 99);

test('of one value, every percentile is that value', (t) => {
  t.deepEqual(
    [0, 50, 99, 100].map((percent) => percentile([7], percent)),
    [7, 7, 7, 7],
  );
});

test('of no values there is neither percentile nor median', (t) => {
  t.throws(() => percentile([], 50), { instanceOf: RangeError });
  t.throws(() => median([]), { instanceOf: RangeError });
});

test('the median is the middle, or the mean of the two in the middle', (t) => {
  t.is(median([9, 1, 5]), 5);
  t.is(median([9, 1, 5, 7]), 6);
});

test('values are ordered as numbers, and left as they were', (t) => {
  const values = [10, 9, 100];
  t.is(median(values), 10);
  t.deepEqual(values, [10, 9, 100]);
});

test('a ratio of equals is 1, whatever chance does', (t) => {
  t.deepEqual(medianRatio([3, 3, 3], [3, 3, 3]), { value: 1, low: 1, high: 1 });
});

test('the range of a ratio encloses it, and narrows with more values', (t) => {
  const random = new Random(1);
  const spread = (count: number) => {
    const values = Array.from({ length: count }, () => 100 + 40 * random.next());
    const { value, low, high } = medianRatio(
      values.map((each) => 1.1 * each),
      values,
    );
    t.true(Math.abs(value - 1.1) < 1e-9 && low < value && value < high);
    return high - low;
  };
  t.true(spread(400) < spread(20) / 2);
});

test('equal values give equal ranges', (t) => {
  const values = [5, 9, 2, 8, 4];
  t.deepEqual(medianRatio(values, [4, 4, 5]), medianRatio(values, [4, 4, 5]));
});
