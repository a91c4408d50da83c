import { SatsumaError } from '../errors.ts';
import type { CharSet } from './char-set.ts';
import type { Syntax } from './syntax.ts';

/** One step of a match (Thompson, 1968): it reads a character, or goes on without, in one way or several. */
export type State =
  | { readonly kind: 'char'; readonly set: CharSet; readonly next: number }
  | { readonly kind: 'edge'; readonly at: 'start' | 'end'; readonly next: number }
  | { readonly kind: 'split'; readonly next: readonly number[] }
  | { readonly kind: 'accept' };

export interface StateMachine {
  readonly states: readonly State[];
  readonly first: number;
}

const mostStates = 1000;
/** What stands for nothing makes no states, and may be repeated all the same. */
const mostSteps = 10_000;

export interface BuildOptions {
  /** Whatever may come twice may come any number of times: to see what loops there could be, without writing them out. */
  readonly countsAreLoops?: boolean;
}

/** Throws `invalid` where it would be very large. */
export function buildMachine(syntax: Syntax, options: BuildOptions = {}): StateMachine {
  const states: State[] = [{ kind: 'accept' }];
  return { states, first: new Builder(states, options).add(syntax, 0) };
}

/** From the end to the beginning, so that what follows a state is known. */
class Builder {
  readonly #states: State[];
  readonly #options: BuildOptions;
  #steps = 0;

  constructor(states: State[], options: BuildOptions) {
    this.#states = states;
    this.#options = options;
  }

  /** The state with which it begins, where `next` follows it. */
  add(syntax: Syntax, next: number): number {
    if (++this.#steps > mostSteps) throw tooLarge();
    switch (syntax.kind) {
      case 'char':
        return this.#push({ kind: 'char', set: syntax.set, next });
      case 'edge':
        return this.#push({ kind: 'edge', at: syntax.at, next });
      case 'sequence':
        return syntax.parts.reduceRight((following, part) => this.add(part, following), next);
      case 'choice':
        return this.#push({ kind: 'split', next: syntax.options.map((option) => this.add(option, next)) });
      case 'repeat':
        return this.#repeat(syntax, next);
    }
  }

  #repeat({ part, least, most }: Syntax & { kind: 'repeat' }, next: number): number {
    if (this.#options.countsAreLoops && most > 1) return this.#loop(part, next, least === 0);
    let first = next;
    if (most === Number.POSITIVE_INFINITY) first = this.#loop(part, next, least === 0);
    else
      for (let count = least; count < most; count++)
        first = this.#push({ kind: 'split', next: [this.add(part, first), next] });
    const before = most === Number.POSITIVE_INFINITY ? Math.max(0, least - 1) : least;
    for (let count = 0; count < before; count++) first = this.add(part, first);
    return first;
  }

  #loop(part: Syntax, next: number, isOptional: boolean): number {
    const again = this.#push({ kind: 'accept' });
    const body = this.add(part, again);
    this.#states[again] = { kind: 'split', next: [body, next] };
    // Apart from `again`, so that to come in and to go round once more are two things.
    return isOptional ? this.#push({ kind: 'split', next: [body, next] }) : body;
  }

  #push(state: State): number {
    if (this.#states.length >= mostStates) throw tooLarge();
    return this.#states.push(state) - 1;
  }
}

function tooLarge(): SatsumaError {
  return new SatsumaError('invalid', 'it is too large');
}
