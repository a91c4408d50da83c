import test from 'ava';
import type { Logger } from '../../src/logging/logger.ts';
import { SkewReporter, skewWarnings } from '../../src/membership/clock-skew.ts';

const sign = (id: string, aheadMs?: number) => ({
  id,
  value: { beat: '2026-11-21T12:00:00.000Z', ...(aheadMs === undefined ? {} : { aheadMs }) },
});

test('a server with a wrong wall clock is reported, with the direction', (t) => {
  const signs = [sign('a', 20), sign('b', 3_600_000), sign('c', -90_400), sign('old')];
  t.deepEqual(skewWarnings(signs), [
    'the wall clock of server b is 3600 s ahead of the clock of the store',
    'the wall clock of server c is 90 s behind the clock of the store',
  ]);
});

test('a difference is logged once, again when it changes, and when it is over', (t) => {
  const lines: [string, object][] = [];
  const log = (level: string) => (fields: object) => lines.push([level, fields]);
  const reporter = new SkewReporter({ warn: log('warn'), info: log('info') } as unknown as Logger);
  const beats = [0, 3_600_000, 3_600_100, 3_599_900, -3_600_000, -3_600_000, 10, 0];
  for (const ms of beats) reporter.report([sign('a', 0), sign('b', ms)]);
  t.deepEqual(lines, [
    ['warn', { server: 'b', aheadSeconds: 3600 }],
    ['warn', { server: 'b', aheadSeconds: -3600 }],
    ['info', { server: 'b', aheadSeconds: 0 }],
  ]);
  reporter.report([sign('b', 3_600_000)]);
  reporter.report([]);
  reporter.report([sign('b', 3_600_000)]);
  t.is(lines.length, 5, 'one that left and came back is told of again');
});
