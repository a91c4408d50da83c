import test from 'ava';
import { Findings } from '../../src/runtime/findings.ts';

test('of each the last word is taken, and once', (t) => {
  const findings = new Findings<string>();
  findings.put('a', 'starting');
  findings.put('b', 'ready');
  findings.put('a', 'failed');
  const taken = findings.take();
  findings.put('c', 'ready');
  t.deepEqual(Object.fromEntries(taken), { a: 'failed', b: 'ready' });
  t.deepEqual(Object.fromEntries(findings.take()), { c: 'ready' });
  t.is(findings.take().size, 0);
});
