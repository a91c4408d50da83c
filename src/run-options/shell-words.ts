import { SatsumaError } from '../model/errors.ts';

/** Outside of quotes: variables, substitutions, other commands, files. */
const onlyForShells = /[$`|&;<>()]/;

/**
 * The words of a command as a shell would read them: quotes, backslashes, and lines that a backslash continues. Throws
 * `invalid` where a variable, a substitution or another command would have to be worked out.
 */
export function shellWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? '';
    const next = text[at + 1];
    if (quote === "'") {
      if (letter === quote) quote = '';
      else word += letter;
    } else if (letter === '\\') {
      at += next === '\r' && text[at + 2] === '\n' ? 2 : 1;
      if (next === undefined || next === '\n' || next === '\r') continue;
      const isKept = quote === '"' && !'"\\$`'.includes(next);
      word = `${word ?? ''}${isKept ? letter : ''}${next}`;
    } else if (letter === quote) quote = '';
    else if (quote === '"') {
      refuse(/[$`]/, letter, next);
      word += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      refuse(onlyForShells, letter, next);
      word = `${word ?? ''}${letter}`;
    }
  }
  if (quote !== '') throw new SatsumaError('invalid', `a ${quote} has no end`);
  return word === undefined ? words : [...words, word];
}

function refuse(special: RegExp, letter: string, next = ' '): void {
  if (!special.test(letter)) return;
  // A dollar before a space is one.
  if (letter === '$' && !/[\w({*@#?$!-]/.test(next)) return;
  throw new SatsumaError(
    'invalid',
    `${letter} is for a shell, and this line is not run by one: write what it stands for, or put it in single quotes`,
  );
}
