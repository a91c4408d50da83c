import { hasUnit } from './char-set.ts';
import { parseExpression } from './parse-expression.ts';
import { buildMachine, type StateMachine } from './state-machine.ts';

/** All steps that a match may have come to, and where it goes with the next character, as far as that was needed. */
interface Stage {
  /** States that read a character, and that have accepted. */
  readonly states: readonly number[];
  readonly isMatch: boolean;
  readonly isMatchAtEnd: boolean;
  readonly following: Map<number, Stage>;
}

/** A cache, not a limit. */
const mostStages = 1000;

/**
 * A regular expression that finds out in linear time whether it matches somewhere in a text: all ways are followed at
 * once, and none is tried again. Throws `invalid` where it is none.
 */
export class RegularExpression {
  readonly #machine: StateMachine;
  readonly #first: Stage;
  readonly #stages = new Map<string, Stage>();

  constructor(text: string) {
    this.#machine = buildMachine(parseExpression(text));
    this.#first = this.#stage([this.#machine.first], true);
  }

  matches(text: string): boolean {
    let stage = this.#first;
    for (let index = 0; index < text.length && !stage.isMatch; index++) {
      stage = this.#after(stage, text.charCodeAt(index));
    }
    if (stage.isMatch) return true;
    // Before an empty text is after it, too.
    return text === '' ? this.#isMatch([this.#machine.first], true, true) : stage.isMatchAtEnd;
  }

  #after(stage: Stage, unit: number): Stage {
    const known = stage.following.get(unit);
    if (known) return known;
    const { states, first } = this.#machine;
    const reached = stage.states.flatMap((number) => {
      const state = states[number];
      return state?.kind === 'char' && hasUnit(state.set, unit) ? [state.next] : [];
    });
    // A match may begin anywhere.
    const next = this.#stage([...reached, first], false);
    stage.following.set(unit, next);
    return next;
  }

  #stage(from: readonly number[], isAtStart: boolean): Stage {
    const key = `${isAtStart} ${[...new Set(from)].sort((a, b) => a - b)}`;
    const known = this.#stages.get(key);
    if (known) return known;
    if (this.#stages.size >= mostStages) this.#forget();
    const states = this.#reach(from, isAtStart, false);
    const stage: Stage = {
      states: [...states],
      isMatch: states.has(0),
      isMatchAtEnd: this.#isMatch(from, isAtStart, true),
      following: new Map(),
    };
    this.#stages.set(key, stage);
    return stage;
  }

  #forget(): void {
    for (const { following } of this.#stages.values()) following.clear();
    this.#stages.clear();
  }

  #isMatch(from: readonly number[], isAtStart: boolean, isAtEnd: boolean): boolean {
    return this.#reach(from, isAtStart, isAtEnd).has(0);
  }

  /** What can be come to without reading a character. */
  #reach(from: readonly number[], isAtStart: boolean, isAtEnd: boolean): ReadonlySet<number> {
    const reached = new Set<number>();
    const pending = [...from];
    const seen = new Set(pending);
    for (let number = pending.pop(); number !== undefined; number = pending.pop()) {
      const state = this.#machine.states[number];
      if (!state) continue;
      if (state.kind === 'char' || state.kind === 'accept') {
        reached.add(number);
        continue;
      }
      const isOpen = state.kind === 'split' || (state.at === 'start' ? isAtStart : isAtEnd);
      const next = state.kind === 'split' ? state.next : [state.next];
      if (!isOpen) continue;
      for (const each of next) {
        if (!seen.has(each)) pending.push(each);
        seen.add(each);
      }
    }
    return reached;
  }
}
