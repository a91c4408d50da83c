const pattern = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/sy;

/** A piece of a word: what stands in quotes, the character behind a backslash, or plain characters. */
export interface Piece {
  readonly kind: 'single' | 'double' | 'escaped' | 'plain';
  /** As it stands there; in double quotes with its backslashes. */
  readonly text: string;
}

/** The words of a command line in pieces. `end`: where a quote or a backslash is unterminated, or the length of the line. */
export function shellPieces(line: string): { readonly words: readonly (readonly Piece[])[]; readonly end: number } {
  const words: Piece[][] = [];
  let word: Piece[] | undefined;
  let at = 0;
  while (at < line.length) {
    pattern.lastIndex = at;
    const found = pattern.exec(line);
    if (found) {
      if (!word) {
        word = [];
        words.push(word);
      }
      word.push(pieceOf(found));
      at += found[0].length;
    } else if (/\s/.test(line.charAt(at))) {
      word = undefined;
      at += 1;
    } else break;
  }
  return { words, end: at };
}

function pieceOf([, single, double, escaped, plain = '']: RegExpExecArray): Piece {
  if (single !== undefined) return { kind: 'single', text: single };
  if (double !== undefined) return { kind: 'double', text: double };
  return escaped !== undefined ? { kind: 'escaped', text: escaped } : { kind: 'plain', text: plain };
}

/** Splits a command line into words as Python's shlex and Docker do; undefined if a quote or escape is unterminated. */
export function shellWords(line: string): string[] | undefined {
  const { words, end } = shellPieces(line);
  if (end < line.length) return undefined;
  const textOf = ({ kind, text }: Piece) => (kind === 'double' ? text.replace(/\\(["\\])/g, '$1') : text);
  return words.map((pieces) => pieces.map(textOf).join(''));
}

/** The inverse: quotes the words where needed. */
export function shellLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
