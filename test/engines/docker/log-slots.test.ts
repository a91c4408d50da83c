import test from 'ava';
import { LogSlots } from '../../../src/engines/docker/log-slots.ts';

test('more than 1024 streams of logs are refused until one ends', (t) => {
  const slots = new LogSlots();
  const [giveBack] = Array.from({ length: 1024 }, () => slots.take());
  t.throws(() => slots.take(), { code: 'too_many_readers', message: /reads 1024 logs and other streams already/ });
  giveBack?.();
  giveBack?.();
  slots.take();
  t.throws(() => slots.take(), { code: 'too_many_readers' });
});
