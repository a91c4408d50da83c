import { SatsumaError } from '../model/errors.ts';
import { type Piece, shellPieces } from '../model/shell-words.ts';

/** Variables and substitutions, which are no text in double quotes either. */
const substituted = /[$`]/;
/** Outside of quotes also other commands and files. */
const onlyForShells = /[$`|&;<>()]/g;

/**
 * The words of a command as a shell would read them: quotes, backslashes, and lines that a backslash continues. Throws
 * `invalid` where a variable, a substitution or another command would have to be worked out.
 */
export function commandWords(text: string): readonly string[] {
  const line = text.replaceAll('\\\r\n', '\\\n');
  const { words, end } = shellPieces(line);
  const unread = line.charAt(end);
  if (unread === '"' || unread === "'") throw new SatsumaError('invalid', `a ${unread} has no end`);
  const kept = words.map((pieces) => pieces.filter((piece) => !isContinuation(piece)));
  return kept.filter((pieces) => pieces.length > 0).map((pieces) => pieces.map(textOf).join(''));
}

function isContinuation({ kind, text }: Piece): boolean {
  return kind === 'escaped' && isLineEnd(text);
}

function isLineEnd(text: string): boolean {
  return text === '\n' || text === '\r';
}

function textOf({ kind, text }: Piece): string {
  if (kind === 'double') return text.replace(/\\([\s\S])|[$`]/g, inDoubleQuotes);
  if (kind === 'plain')
    for (const { 0: letter, index } of text.matchAll(onlyForShells)) refuse(letter, text[index + 1]);
  return text;
}

function inDoubleQuotes(whole: string, escaped: string | undefined, at: number, text: string): string {
  if (escaped === undefined) refuse(whole, text[at + 1]);
  else if (isLineEnd(escaped)) return '';
  else if (escaped === '"' || escaped === '\\' || substituted.test(escaped)) return escaped;
  return whole;
}

function refuse(letter: string, next = ' '): void {
  // A dollar before a space is one.
  if (letter === '$' && !/[\w({*@#?$!-]/.test(next)) return;
  throw new SatsumaError(
    'invalid',
    `${letter} is for a shell, and this line is not run by one: write what it stands for, or put it in single quotes`,
  );
}
