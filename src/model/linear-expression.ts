import { RE2JS, RE2Set } from 're2js';
import { SatsumaError } from './errors.ts';
import { expressionSize } from './expression-size.ts';

/** Larger ones are no pattern of a name. */
export const mostExpressionSize = 1000;

/**
 * Bytes for the states of one expression: hundreds of states, where a pattern of names has ten or twenty. An expression that
 * needs more can take thousands of steps for each character of a text.
 */
const stateBytes = 128 * 1024;

/** Compiled expressions that are kept; a cache, not a limit. */
const mostCompiled = 128;
const compiled = new Map<string, RE2Set>();

/**
 * A regular expression that is matched in linear time, by RE2's method: no look-around and no references back. It matches
 * anywhere in a text. This file hides re2js.
 */
export class LinearExpression {
  /** Of what compiling costs: see `expressionSize`. */
  readonly size: number;
  readonly #source: string;
  #isTooComplex = false;

  /** Throws `invalid`, with what is wrong. */
  constructor(source: string) {
    this.#source = withoutUselessEscapes(source);
    this.size = expressionSize(this.#source);
    if (this.size > mostExpressionSize) throw new SatsumaError('invalid', 'the regular expression is too large');
    compile(this.#source);
  }

  /** Throws `invalid` where the expression is too complex for the texts that it was asked about. */
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
  // Where the states need more bytes, re2js would start again, or follow all ways at each character.
  expressions.dfa.resetCache = () => {
    throw tooComplex();
  };
  if (compiled.size >= mostCompiled) compiled.clear();
  compiled.set(source, expressions);
  return expressions;
}

function tooComplex(): SatsumaError {
  return new SatsumaError('invalid', 'a regular expression is too complex: it can match names in too many ways');
}

/** RE2 refuses an escape before a letter outside of ASCII; JavaScript takes the letter. */
function withoutUselessEscapes(source: string): string {
  if (source.includes('\\Q'))
    throw new SatsumaError('invalid', 'the regular expression is not valid: \\Q is not known');
  return source.replace(/\\(.)/gsu, (both, escaped: string) => (escaped > '\x7f' ? escaped : both));
}
