import { intersects } from './char-set.ts';
import { parseExpression } from './parse-expression.ts';
import { buildMachine } from './state-machine.ts';
import { type Ways, waysOf } from './ways.ts';

/** Whatever takes longer to look into is none that a person meant. */
const mostSteps = 300_000;

/**
 * Whether an engine that tries one way after the other could take exponential time: in some loop the same characters can
 * be read in two ways, so that each time round doubles the ways (Weber and Seidl, 1991: exponential ambiguity). Ours is
 * none of those, but what is saved here is read by others, and nobody means such an expression. Throws `invalid`.
 */
export function couldExplode(text: string): boolean {
  const ways = waysOf(buildMachine(parseExpression(text), { countsAreLoops: true }));
  const budget = { left: mostSteps };
  const settled = new Set<number>();
  return [...ways.reads.keys()].some((state) => !settled.has(state) && isDoubled(ways, state, { budget, settled }));
}

/**
 * Two walks that read the same, from the state back to it: pairs of states, forth as far as they come, and back from the
 * end. If on the way between there is a pair of two states, or a step that can be made in two ways, there are two. If there
 is not, all states on the way are settled.
 */
function isDoubled({ reads, from }: Ways, start: number, { budget, settled }: Progress): boolean {
  const before = new Map<string, { readonly pair: Pair; readonly isDouble: boolean }[]>();
  const pending: Pair[] = [[start, start]];
  for (let pair = pending.pop(); pair; pair = pending.pop()) {
    const [left, right] = pair;
    for (const a of from.get(left) ?? []) {
      for (const b of from.get(right) ?? []) {
        if (--budget.left < 0) return true;
        if (!intersects(reads.get(a.to) ?? [], reads.get(b.to) ?? [])) continue;
        const key = `${a.to} ${b.to}`;
        const arrivals = before.get(key);
        if (!arrivals) pending.push([a.to, b.to]);
        const isDouble = left === right && a.to === b.to && a.count > 1;
        before.set(key, [...(arrivals ?? []), { pair, isDouble }]);
      }
    }
  }
  const seen = new Set<string>();
  const backward: Pair[] = [[start, start]];
  for (let pair = backward.pop(); pair; pair = backward.pop()) {
    if (pair[0] !== pair[1]) return true;
    settled.add(pair[0]);
    for (const { pair: earlier, isDouble } of before.get(pair.join(' ')) ?? []) {
      if (isDouble) return true;
      const key = earlier.join(' ');
      if (!seen.has(key)) backward.push(earlier);
      seen.add(key);
    }
  }
  return false;
}

interface Progress {
  readonly budget: { left: number };
  readonly settled: Set<number>;
}

type Pair = readonly [number, number];
