import type { CharSet } from './char-set.ts';
import type { State, StateMachine } from './state-machine.ts';

/** From one state that reads a character to the next one that does, and in how many ways, where two stand for many. */
export interface Way {
  readonly to: number;
  readonly count: 1 | 2;
}

/** A state machine without the states that read nothing. */
export interface Ways {
  /** By state, what it reads. */
  readonly reads: ReadonlyMap<number, CharSet>;
  readonly from: ReadonlyMap<number, readonly Way[]>;
}

export function waysOf({ states }: StateMachine): Ways {
  const reading = [...states.entries()].flatMap(([number, state]) =>
    state.kind === 'char' ? [[number, state] as const] : [],
  );
  return {
    reads: new Map(reading.map(([number, { set }]) => [number, set])),
    from: new Map(reading.map(([number, { next }]) => [number, waysFrom(next, states)])),
  };
}

/** Along each path that comes to no state twice: whoever comes back without having read anything gains nothing. */
function waysFrom(first: number, states: readonly State[]): Way[] {
  const arrivals = new Map<number, number>();
  const onPath = new Set<number>();
  const visit = (number: number) => {
    const count = arrivals.get(number) ?? 0;
    if (count === 2 || onPath.has(number)) return;
    arrivals.set(number, count + 1);
    const state = states[number];
    if (state?.kind !== 'split' && state?.kind !== 'edge') return;
    onPath.add(number);
    for (const next of state.kind === 'split' ? state.next : [state.next]) visit(next);
    onPath.delete(number);
  };
  visit(first);
  return [...arrivals].flatMap(([to, count]) =>
    states[to]?.kind === 'char' ? [{ to, count: count === 1 ? 1 : 2 } as const] : [],
  );
}
