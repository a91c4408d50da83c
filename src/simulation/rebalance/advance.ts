import type { PlannedMove, Rebalance, RebalanceMove } from '../../model/rebalance.ts';

/** Queries about the moves of a rebalance. */
export interface RebalanceContext {
  /** The progress of a started move. */
  progressOf(move: PlannedMove): MoveProgress;
  /** Why starting a move is no longer worthwhile; undefined: it is. */
  objectionTo(move: PlannedMove): string | undefined;
}

export type MoveProgress =
  | { readonly state: 'moving' | 'done' }
  | { readonly state: 'given up' | 'skipped'; readonly reason: string };

/**
 * The next state of the rebalance: records finished moves, and starts as many as allowed. Level-triggered, so any
 * leader can call it at any time. Pure.
 */
export function advance(rebalance: Rebalance, context: RebalanceContext, now: string): Rebalance {
  const looked = rebalance.moves.map((move) =>
    move.state === 'moving' ? { ...move, ...context.progressOf(move) } : move,
  );
  const moves = rebalance.state === 'stopping' ? withoutWaiting(looked) : begun(looked, rebalance.atOnce, context);
  if (!moves.every(isEnded)) return { ...rebalance, moves };
  return { ...rebalance, moves, state: rebalance.state === 'stopping' ? 'stopped' : 'done', finishedAt: now };
}

function begun(moves: readonly RebalanceMove[], atOnce: number, context: RebalanceContext): RebalanceMove[] {
  let underWay = moves.filter(({ state }) => state === 'moving').length;
  const next: RebalanceMove[] = [];
  for (const move of moves) {
    const isNext = move.state === 'waiting' && underWay < atOnce && next.every((each) => mayOvertake(move, each));
    const objection = isNext ? context.objectionTo(move) : undefined;
    if (isNext && objection === undefined) {
      underWay += 1;
      next.push({ ...move, state: 'moving' });
    } else if (objection !== undefined && underWay === 0) next.push({ ...move, state: 'skipped', reason: objection });
    // The obstacle may be gone once earlier moves have ended.
    else next.push(move);
  }
  return next;
}

/** Moves of one slot are sequential. */
function mayOvertake(move: PlannedMove, before: RebalanceMove): boolean {
  return isEnded(before) || before.service !== move.service || before.slot !== move.slot;
}

function withoutWaiting(moves: readonly RebalanceMove[]): RebalanceMove[] {
  return moves.map((move) =>
    move.state === 'waiting' ? { ...move, state: 'skipped', reason: 'the rebalance was stopped' } : move,
  );
}

function isEnded({ state }: RebalanceMove): boolean {
  return state !== 'waiting' && state !== 'moving';
}
