import test from 'ava';
import { FaultRegistry } from '../../chaos/fault-registry.ts';

test('who is at fault is not well, and neither is who was so a moment ago', (t) => {
  const board = new FaultRegistry();
  const before = performance.now();
  t.true(board.wereWellSince(before, ['redis 1', 'server 2']));
  board.begins('server 2');
  t.deepEqual(board.atFault(), ['server 2']);
  t.false(board.wereWellSince(before, ['redis 1', 'server 2']));
  t.true(board.wereWellSince(before, ['redis 1']));
  board.isHealed('server 2');
  t.false(board.isAtFault('server 2'));
  t.false(board.wereWellSince(before, ['server 2']));
  t.true(board.wereWellSince(performance.now(), ['server 2']));
});
