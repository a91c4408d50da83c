import test from 'ava';
import { Gathered } from '../../web/gathered.ts';

test('what is asked for while it is being done is done once more, and never twice at a time', async (t) => {
  let count = 0;
  let running = 0;
  const ends: (() => void)[] = [];
  const begun: (() => void)[] = [];
  const next = () => new Promise<void>((resolve) => begun.push(resolve));
  const work = new Gathered(async () => {
    count += 1;
    running += 1;
    t.is(running, 1);
    begun.shift()?.();
    await new Promise<void>((resolve) => ends.push(resolve));
    running -= 1;
  });
  const first = next();
  work.soon();
  work.soon();
  await first;
  void work.now();
  t.is(count, 1);
  work.soon();
  work.soon();
  const second = next();
  ends.shift()?.();
  await second;
  ends.shift()?.();
  t.is(count, 2);
});
