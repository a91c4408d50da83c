import test from 'ava';
import { alternate } from '../../bench/alternate.ts';

test('each one’s results come in the order of the rounds', async (t) => {
  const count = (from: number) => async () => from++;
  t.deepEqual(await alternate(3, [count(0), count(10), count(20)]), [
    [0, 1, 2],
    [10, 11, 12],
    [20, 21, 22],
  ]);
});

test('over six rounds each goes twice first, twice second, twice last, and nobody beside another', async (t) => {
  const log: string[] = [];
  let running = 0;
  const runner = (name: string) => async () => {
    t.is(++running, 1);
    await new Promise(setImmediate);
    running--;
    log.push(name);
  };
  await alternate(6, [runner('a'), runner('b'), runner('c')]);
  for (const place of [0, 1, 2]) {
    const there = log.filter((_, index) => index % 3 === place).sort();
    t.deepEqual(there, ['a', 'a', 'b', 'b', 'c', 'c']);
  }
});

test('what one throws ends it', async (t) => {
  const fail = async () => {
    throw new Error('no');
  };
  await t.throwsAsync(() => alternate(6, [async () => {}, fail, async () => {}]), { message: 'no' });
});
