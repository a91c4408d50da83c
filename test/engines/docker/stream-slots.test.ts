import test from 'ava';
import { ReaderShares } from '../../../src/engines/docker/reader-shares.ts';
import { StreamSlots } from '../../../src/engines/docker/stream-slots.ts';

/** How many a reader gets who takes all that can be had. */
function takeAll(shares: { take(reader: string): () => void }, reader: string): (() => void)[] {
  const taken: (() => void)[] = [];
  try {
    for (;;) taken.push(shares.take(reader));
  } catch {
    return taken;
  }
}

test('the 1025th stream is refused until one ends', (t) => {
  const slots = new StreamSlots();
  const [giveBack] = Array.from({ length: 1024 }, () => slots.take('transfers'));
  t.throws(() => slots.take('processes'), { code: 'too_many_readers', message: /reads 1024 logs and other streams/ });
  giveBack?.();
  giveBack?.();
  slots.take('processes');
  t.throws(() => slots.take('processes'), { code: 'too_many_readers' });
});

test('log readers leave 256 streams to processes and archives', (t) => {
  const slots = new StreamSlots();
  const logs = { take: (reader: string) => slots.take('logs', reader) };
  for (let reader = 0; reader < 1_000; reader++) takeAll(logs, `r${reader}`);
  t.throws(() => slots.take('logs', 'one more'), { message: /768 streams of logs of this server are read already/ });
  for (let count = 0; count < 256; count++) slots.take('processes');
  t.throws(() => slots.take('processes'), { code: 'too_many_readers' });
});

test('one reader gets two thirds, and later readers share the rest', (t) => {
  const shares = new ReaderShares(384, 'engine e');
  const first = takeAll(shares, 'r0').length;
  t.throws(() => shares.take('r0'), {
    code: 'too_many_readers',
    message:
      'you read 256 of the 384 streams of logs of engine e, and 128 are left for others: read fewer containers at a time, end other readers, or ask another server',
  });
  const others = Array.from({ length: 5 }, (_, index) => takeAll(shares, `r${index + 1}`).length);
  t.deepEqual([first, ...others], [256, 86, 28, 10, 3, 1]);
});

test('released streams go to the readers with the fewest', (t) => {
  const shares = new ReaderShares(90, 'engine e');
  const [one = []] = [takeAll(shares, 'one'), takeAll(shares, 'two')];
  t.is(one.length, 60);
  for (const giveBack of one.slice(0, 8)) giveBack();
  t.throws(() => shares.take('one'), { message: /^you read 52 of the 90/ });
  shares.take('two');
  shares.take('three');
});

test('streams of Satsuma itself count to the total only', (t) => {
  const shares = new ReaderShares(3, 'engine e');
  for (let count = 0; count < 3; count++) shares.take(undefined);
  t.throws(() => shares.take(undefined), { message: /^3 streams of logs of engine e are read already: / });
});
