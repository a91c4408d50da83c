import { SatsumaError } from '../errors.ts';
import { type CharSet, ignoringCase, notLineEnd, oneOf } from './char-set.ts';
import { Cursor } from './cursor.ts';
import { parseClass, parseEscape } from './parse-class.ts';
import type { Syntax } from './syntax.ts';

/** More than this many of something is no pattern of a name. */
const highestCount = 1000;

/**
 * The regular expressions of JavaScript without what cannot be matched in linear time: no references back, no looking
 * ahead or behind. `(?i)` at the beginning ignores the case, as in Go. Throws `invalid`, with what is wrong.
 */
export function parseExpression(text: string): Syntax {
  const cursor = new Cursor(text);
  const adapt = cursor.skip('(?i)') ? ignoringCase : (set: CharSet) => set;
  const syntax = parseChoice(cursor, adapt);
  if (!cursor.isAtEnd) throw new SatsumaError('invalid', 'a ) has no (');
  return syntax;
}

type Adapt = (set: CharSet) => CharSet;

function parseChoice(cursor: Cursor, adapt: Adapt): Syntax {
  const options = [parseSequence(cursor, adapt)];
  while (cursor.skip('|')) options.push(parseSequence(cursor, adapt));
  return options.length === 1 ? (options[0] as Syntax) : { kind: 'choice', options };
}

function parseSequence(cursor: Cursor, adapt: Adapt): Syntax {
  const parts: Syntax[] = [];
  while (!cursor.isAtEnd && cursor.next !== '|' && cursor.next !== ')') parts.push(parseRepeat(cursor, adapt));
  return { kind: 'sequence', parts };
}

function parseRepeat(cursor: Cursor, adapt: Adapt): Syntax {
  const part = parseOne(cursor, adapt);
  const counts = parseCounts(cursor);
  if (!counts) return part;
  if (part.kind === 'edge') throw new SatsumaError('invalid', 'there is nothing to repeat');
  // Lazy or not: whether it matches is the same.
  cursor.skip('?');
  return { kind: 'repeat', part, ...counts };
}

function parseCounts(cursor: Cursor): { least: number; most: number } | undefined {
  if (cursor.skip('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
  if (cursor.skip('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
  if (cursor.skip('?')) return { least: 0, most: 1 };
  const [, from, comma, to] = cursor.match(/\{(\d+)(,?)(\d*)\}/y) ?? [];
  if (from === undefined) return undefined;
  const least = Number(from);
  const most = to ? Number(to) : comma ? Number.POSITIVE_INFINITY : least;
  if (most < least) throw new SatsumaError('invalid', `{${least},${most}} has no order`);
  if (Math.max(least, Number.isFinite(most) ? most : 0) > highestCount) {
    throw new SatsumaError('invalid', `it repeats more than ${highestCount} times`);
  }
  return { least, most };
}

function parseOne(cursor: Cursor, adapt: Adapt): Syntax {
  if (cursor.skip('(')) return parseGroup(cursor, adapt);
  if (cursor.skip('^')) return { kind: 'edge', at: 'start' };
  if (cursor.skip('$')) return { kind: 'edge', at: 'end' };
  if (cursor.skip('.')) return { kind: 'char', set: notLineEnd };
  if (cursor.skip('[')) return { kind: 'char', set: parseClass(cursor, adapt) };
  if (cursor.skip('\\')) return { kind: 'char', set: adapt(parseEscape(cursor)) };
  const char = cursor.take();
  if ('*+?{'.includes(char)) throw new SatsumaError('invalid', `there is nothing to repeat before ${char}`);
  return { kind: 'char', set: adapt(oneOf(char)) };
}

function parseGroup(cursor: Cursor, adapt: Adapt): Syntax {
  if (!cursor.skip('?:') && cursor.next === '?') {
    throw new SatsumaError('invalid', `groups that begin with (?${cursor.after} are not known`);
  }
  const syntax = parseChoice(cursor, adapt);
  if (!cursor.skip(')')) throw new SatsumaError('invalid', 'a ( is not closed');
  return syntax;
}
