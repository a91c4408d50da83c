import { RE2JS, RE2Set } from 're2js';
import { SatsumaError } from './errors.ts';
import { expressionSize } from './expression-size.ts';

/** No useful name pattern is larger. */
export const maxExpressionSize = 1000;

/**
 * Memory limit for the DFA states of one expression: hundreds of states, where a typical name pattern has ten or
 * twenty. An expression that needs more can take thousands of steps per character.
 */
const stateBytes = 128 * 1024;

/** Size of the cache of compiled expressions. */
const maxCompiled = 128;
const compiled = new Map<string, RE2Set>();

/**
 * A regular expression that is matched in linear time (RE2): without look-around and backreferences. It matches
 * anywhere in a text. Only this file imports re2js.
 */
export class LinearExpression {
  /** The cost of compiling; see `expressionSize`. */
  readonly size: number;
  readonly #source: string;
  #isTooComplex = false;

  /** Throws `invalid` with the reason. */
  constructor(source: string) {
    this.#source = withoutUselessEscapes(source);
    this.size = expressionSize(this.#source);
    if (this.size > maxExpressionSize) throw new SatsumaError('invalid', 'the regular expression is too large');
    compile(this.#source);
  }

  /** Throws `invalid` if matching exceeds the memory limit. */
  matches(text: string): boolean {
    if (this.#isTooComplex) throw tooComplex();
    try {
      return compile(this.#source).match(text).length > 0;
    } catch (error) {
      this.#isTooComplex = true;
      throw error;
    }
  }
}

function compile(source: string): RE2Set {
  const known = compiled.get(source);
  if (known) return known;
  const expressions = new RE2Set(RE2Set.UNANCHORED, 0, stateBytes);
  try {
    expressions.add(RE2JS.translateRegExp(source));
    expressions.compile();
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const reason = cause.message.replace(/^error parsing regexp: /, '');
    throw new SatsumaError('invalid', `the regular expression is not valid: ${reason}`, { cause });
  }
  // On overflow, re2js would reset its cache, or fall back to the slower NFA.
  expressions.dfa.resetCache = () => {
    throw tooComplex();
  };
  if (compiled.size >= maxCompiled) compiled.clear();
  compiled.set(source, expressions);
  return expressions;
}

function tooComplex(): SatsumaError {
  return new SatsumaError('invalid', 'a regular expression is too complex: it can match names in too many ways');
}

/** RE2 rejects an escape before a non-ASCII letter; JavaScript accepts it. */
function withoutUselessEscapes(source: string): string {
  if (source.includes('\\Q'))
    throw new SatsumaError('invalid', 'the regular expression is not valid: \\Q is not known');
  return source.replace(/\\(.)/gsu, (both, escaped: string) => (escaped > '\x7f' ? escaped : both));
}
