import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { inParallel } from '../../src/runtime/in-parallel.ts';

test('so many run at once, and results are in the order of the items', async (t) => {
  let [running, most] = [0, 0];
  const results = await inParallel([1, 2, 3, 4, 5], 2, async (item) => {
    most = Math.max(most, ++running);
    await nextTurn();
    running -= 1;
    return item * 10;
  });
  t.deepEqual(results, [10, 20, 30, 40, 50]);
  t.is(most, 2);
});

test('after a failure nothing is begun, and what was under way is over when it is thrown', async (t) => {
  const [begun, ended]: [number[], number[]] = [[], []];
  const work = async (item: number) => {
    begun.push(item);
    if (item === 1) throw new Error('the first');
    await nextTurn();
    ended.push(item);
  };
  await t.throwsAsync(inParallel([1, 2, 3, 4], 2, work), { message: 'the first' });
  t.deepEqual([begun, ended], [[1, 2], [2]]);
});
