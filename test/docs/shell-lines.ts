/**
 * The simple commands of a piece of shell, each as its words: pipes, `&&`, `;` and `$(...)` are taken apart, comments left
 * out. Variables are left as they stand. Enough for documentation, and no shell.
 */
export function commandsIn(text: string): string[][] {
  const commands: string[][] = [];
  read(text, 0, commands, false);
  return commands;
}

/** Reads to the end, or to the `)` of a substitution; returns where it ended. */
function read(text: string, from: number, commands: string[][], isNested: boolean): number {
  let words: string[] = [];
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    const first = words.findIndex((each) => !/^\w+=/.test(each));
    if (first >= 0) commands.push(words.slice(first));
    words = [];
  };
  for (let at = from; ; at++) {
    const letter = text[at];
    if (letter === undefined || (isNested && letter === ')')) {
      endCommand();
      return at;
    }
    if (letter === '\\') {
      at++;
      if (text[at] !== '\n') word = (word ?? '') + (text[at] ?? '');
    } else if (letter === "'") {
      const end = text.indexOf("'", at + 1);
      word = (word ?? '') + text.slice(at + 1, end);
      at = end;
    } else if (letter === '"') {
      const [value, end] = readQuoted(text, at + 1, commands);
      word = (word ?? '') + value;
      at = end;
    } else if (text.startsWith('$(', at)) {
      at = read(text, at + 2, commands, true);
      word = `${word ?? ''}$SUBSTITUTED`;
    } else if (letter === '#' && word === undefined) {
      const end = text.indexOf('\n', at);
      at = (end < 0 ? text.length : end) - 1;
    } else if ('\n;|&'.includes(letter)) endCommand();
    else if (letter === '>') {
      endWord();
      const target = /^>+\s*\S+/.exec(text.slice(at))?.[0] ?? '>';
      at += target.length - 1;
    } else if (/\s/.test(letter)) endWord();
    else word = (word ?? '') + letter;
  }
}

/** To the closing quote; returns what was quoted, and where the quote is. */
function readQuoted(text: string, from: number, commands: string[][]): [string, number] {
  let value = '';
  for (let at = from; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"') return [value, at];
    if (letter === '\\') value += text[++at] ?? '';
    else if (text.startsWith('$(', at)) {
      at = read(text, at + 2, commands, true);
      value += '$SUBSTITUTED';
    } else value += letter;
  }
  throw new Error(`a quote has no end: ${text.slice(from, from + 80)}`);
}
