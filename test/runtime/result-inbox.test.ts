import test from 'ava';
import { ResultInbox } from '../../src/runtime/result-inbox.ts';

test('the latest result of each key is taken once', (t) => {
  const inbox = new ResultInbox<string>();
  inbox.put('a', 'starting');
  inbox.put('b', 'ready');
  inbox.put('a', 'failed');
  const taken = inbox.take();
  inbox.put('c', 'ready');
  t.deepEqual(Object.fromEntries(taken), { a: 'failed', b: 'ready' });
  t.deepEqual(Object.fromEntries(inbox.take()), { c: 'ready' });
  t.is(inbox.take().size, 0);
});
