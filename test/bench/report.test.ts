import test from 'ava';
import type { Conditions } from '../../bench/conditions.ts';
import { isMet } from '../../bench/figure.ts';
import { report } from '../../bench/report.ts';

const conditions: Conditions = {
  date: '2026-01-01T00:00:00.000Z',
  cores: 2,
  cpu: 'a CPU',
  node: 'v20.19.0',
  kernel: '6.1',
  loadBefore: 0.25,
  loadAfter: 1,
};

test('a target is met at its very value', (t) => {
  t.true(isMet({ value: 1.03, target: 1.03 }));
  t.false(isMet({ value: 1.031, target: 1.03 }));
  t.is(isMet({ value: 9 }), undefined);
});

test('each figure is a line, aligned, with its verdict', (t) => {
  const text = report(
    [
      { name: 'run', unit: 'x', value: 1.0244, target: 1.03, facts: { 'p50 ms': 205.4, 'p95 ms': 12.34 } },
      { name: 'place, label', unit: 'ms', value: 1.5, target: 1, facts: {} },
      { name: 'place, port', unit: 'µs', value: 12.34, target: 50, facts: {} },
      { name: 'control', unit: 'x', value: 1, facts: { s: 0.12345 } },
    ],
    conditions,
  );
  t.deepEqual(text.split('\n').slice(0, 5), [
    'figure        target      measured           seen',
    'run           <= 1.030 x  1.024 x   met      p50 ms 205, p95 ms 12.3',
    'place, label  <= 1.00 ms  1.50 ms   NOT MET',
    'place, port   <= 50.0 µs  12.3 µs   met',
    'control                   1.000 x            s 0.123',
  ]);
  t.regex(text, /date: 2026-01-01T00:00:00.000Z, cores: 2, cpu: a CPU, node: v20.19.0/);
});
