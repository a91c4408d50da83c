/** One piece of a word: quoted text, an escaped character, or plain characters. */
const piece = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/sy;

/** Splits a command line into words as Python's shlex and Docker do; undefined if a quote or escape is unterminated. */
export function shellWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; ) {
    piece.lastIndex = at;
    const found = piece.exec(line);
    if (found) {
      const [whole, single, double, kept, plain] = found;
      word = `${word ?? ''}${single ?? double?.replace(/\\(["\\])/g, '$1') ?? kept ?? plain}`;
      at += whole.length;
    } else if (/\s/.test(line.charAt(at))) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else {
      return undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** The inverse: quotes the words where needed. */
export function shellLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
