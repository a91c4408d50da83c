import test from 'ava';
import { sample } from '../../src/dns/choose.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test('a sample has no duplicates, at most the requested number, and all if there are fewer', (t) => {
  for (const [count, most] of [
    [0, 5],
    [3, 5],
    [9, 5],
    [10_000, 5],
  ] as const) {
    const drawn = sample(numbers(count), most);
    t.is(drawn.length, Math.min(count, most));
    t.is(new Set(drawn).size, drawn.length);
    t.true(drawn.every((each) => each >= 0 && each < count));
  }
});

test('each value may come first', (t) => {
  for (const count of [3, 100]) {
    const firsts = new Set(numbers(5_000).map(() => sample(numbers(count), 3)[0]));
    t.is(firsts.size, count);
  }
});
