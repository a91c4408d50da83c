import { SatsumaError } from '../errors.ts';
import { type CharSet, charSet, complement, digit, oneOf, space, union, word } from './char-set.ts';
import type { Cursor } from './cursor.ts';

const escapes: Readonly<Record<string, CharSet>> = {
  ...{ d: digit, D: complement(digit), w: word, W: complement(word), s: space, S: complement(space) },
  ...{ t: oneOf('\t'), n: oneOf('\n'), r: oneOf('\r'), f: oneOf('\f'), v: oneOf('\v') },
};

/** What follows a backslash. Letters and digits that have no meaning here are refused: elsewhere they have one. */
export function parseEscape(cursor: Cursor): CharSet {
  const char = cursor.take();
  const known = Object.hasOwn(escapes, char) ? escapes[char] : undefined;
  if (known) return known;
  if (/[a-zA-Z0-9]/.test(char)) throw new SatsumaError('invalid', `\\${char} is not known`);
  if (char === '') throw new SatsumaError('invalid', 'it ends with a backslash');
  return oneOf(char);
}

/** The rest of `[...]`. `adapt`: to what is listed, before it is negated. */
export function parseClass(cursor: Cursor, adapt: (set: CharSet) => CharSet): CharSet {
  const isNegated = cursor.skip('^');
  const sets: CharSet[] = [];
  while (!cursor.skip(']')) {
    if (cursor.isAtEnd) throw new SatsumaError('invalid', 'a [ is not closed');
    const low = parseMember(cursor);
    if (cursor.next !== '-' || cursor.after === ']') {
      sets.push(low);
      continue;
    }
    cursor.skip('-');
    sets.push(range(low, parseMember(cursor)));
  }
  const set = adapt(union(...sets));
  return isNegated ? complement(set) : set;
}

function parseMember(cursor: Cursor): CharSet {
  return cursor.skip('\\') ? parseEscape(cursor) : oneOf(cursor.take());
}

function range(low: CharSet, high: CharSet): CharSet {
  const [from, to] = [single(low), single(high)];
  if (from === undefined || to === undefined || from > to) throw new SatsumaError('invalid', 'a range has no order');
  return charSet([[from, to]]);
}

function single(set: CharSet): number | undefined {
  const [only] = set;
  return set.length === 1 && only?.[0] === only?.[1] ? only?.[0] : undefined;
}
