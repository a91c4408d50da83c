import test from 'ava';
import { toEngineTime } from '../../../src/engines/docker/info.ts';

test('an engine reports its time in nanoseconds and its own time zone', (t) => {
  t.is(toEngineTime({ SystemTime: '2026-11-21T13:00:00.123456789+01:00' }), Date.parse('2026-11-21T12:00:00.123Z'));
});

for (const SystemTime of [undefined, 5, 'soon', '']) {
  test(`${JSON.stringify(SystemTime)} is not a time`, (t) => {
    t.throws(() => toEngineTime({ SystemTime }), { message: /SystemTime/ });
  });
}
