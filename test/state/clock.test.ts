import test from 'ava';
import { createLogger } from '../../src/logging/logger.ts';
import { SatsumaError } from '../../src/model/errors.ts';
import { StoreClock } from '../../src/state/clock.ts';

const logger = createLogger({ level: 'silent' });
const hourMs = 3_600_000;

for (const hours of [-1, 1]) {
  test(`the time of a store whose clock is off by ${hours} h is used, and the difference is known`, async (t) => {
    const clock = new StoreClock({ time: async () => Date.now() + hours * hourMs }, logger);
    t.is(clock.aheadMs(), 0, 'nothing is known yet');
    await clock.measure();
    t.true(Math.abs(clock.now() - Date.now() - hours * hourMs) < 1_000);
    t.true(Math.abs(clock.aheadMs() + hours * hourMs) < 1_000);
  });
}

test('if the store is unavailable, the known time is kept, and the steady clock is unaffected', async (t) => {
  let isAway = false;
  const time = async () => {
    if (isAway) throw new SatsumaError('store_unavailable', 'it is away');
    return Date.now() + hourMs;
  };
  const clock = new StoreClock({ time }, logger);
  await clock.measure();
  isAway = true;
  await t.throwsAsync(clock.measure(), { message: 'it is away' });
  t.true(Math.abs(clock.now() - Date.now() - hourMs) < 1_000);
  const before = clock.steadyMs();
  t.true(Math.abs(before - performance.timeOrigin - performance.now()) < 1_000);
  t.true(clock.steadyMs() >= before);
});
