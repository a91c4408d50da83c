import test from 'ava';
import type { Rebalance, RebalanceMove } from '../../../src/model/rebalance.ts';
import { advance, type MoveProgress, type RebalanceContext } from '../../../src/simulation/rebalance/advance.ts';

const now = '2026-11-21T12:00:00.000Z';

const move = (slot: string, state: RebalanceMove['state'] = 'waiting', changes: Partial<RebalanceMove> = {}) => ({
  ...{ service: 'web', slot, from: 'a', to: 'b', why: 'it is emptier', state },
  ...changes,
});

const underWay = (moves: readonly RebalanceMove[], changes: Partial<Rebalance> = {}): Rebalance => {
  return { atOnce: 1, state: 'running', startedAt: now, moves, ...changes };
};

/** Nothing stands against any move, and those that began go on, unless said otherwise by slot. */
function context(
  progress: Record<string, MoveProgress> = {},
  objections: Record<string, string> = {},
): RebalanceContext {
  return {
    progressOf: ({ slot }) => progress[slot] ?? { state: 'moving' },
    objectionTo: ({ slot }) => objections[slot],
  };
}

const becomes = test.macro({
  exec(
    t,
    rebalance: Rebalance,
    seen: RebalanceContext,
    states: readonly string[],
    state: Rebalance['state'] = 'running',
  ) {
    const after = advance(rebalance, seen, now);
    t.deepEqual(
      after.moves.map((each) => each.state),
      states,
    );
    t.is(after.state, state);
    t.is(after.finishedAt, state === 'done' || state === 'stopped' ? now : undefined);
  },
  title: (fact = '') => fact,
});

const moving = [move('1', 'moving'), move('2')];
const failed: MoveProgress = { state: 'given up', reason: 'it ended' };

test('as many moves start as allowed', becomes, underWay([move('1'), move('2'), move('3')], { atOnce: 2 }), context(), [
  ...['moving', 'moving', 'waiting'],
]);
test('the next move starts when one is done', becomes, underWay(moving), context({ 1: { state: 'done' } }), [
  'done',
  'moving',
]);
test('but not before', becomes, underWay(moving), context(), ['moving', 'waiting']);
test('a failed move is given up, and the next one starts', becomes, underWay(moving), context({ 1: failed }), [
  ...['given up', 'moving'],
]);
test(
  'a move that is no longer worthwhile is skipped',
  becomes,
  underWay([move('1'), move('2')]),
  context({}, { 1: 'full' }),
  [...['skipped', 'moving']],
);
test('but not while other moves are active', becomes, underWay(moving, { atOnce: 2 }), context({}, { 2: 'full' }), [
  'moving',
  'waiting',
]);
test(
  'the moves of one replica are sequential',
  becomes,
  underWay([move('1', 'moving'), move('1', 'waiting', { from: 'b', to: 'c' })], { atOnce: 2 }),
  context(),
  ['moving', 'waiting'],
);
test(
  'when all moves have ended, it is done',
  becomes,
  underWay([move('1', 'moving')]),
  context({ 1: failed }),
  ['given up'],
  'done',
);
test(
  'the same if no move is worthwhile',
  becomes,
  underWay([move('1')]),
  context({}, { 1: 'full' }),
  ['skipped'],
  'done',
);
test(
  'after a stop no move starts, and active ones end',
  becomes,
  underWay(moving, { state: 'stopping' }),
  context(),
  ['moving', 'skipped'],
  'stopping',
);
test(
  'then it is stopped',
  becomes,
  underWay(moving, { state: 'stopping' }),
  context({ 1: { state: 'done' } }),
  ['done', 'skipped'],
  'stopped',
);

test('reasons are kept, and repeating changes nothing', (t) => {
  const after = advance(underWay([move('1', 'moving'), move('2')]), context({ 1: failed }), now);
  t.is(after.moves[0]?.reason, 'it ended');
  t.deepEqual(advance(after, context({ 1: failed }), now), after);
});
