/** One word: bare characters, what is escaped, and what is in quotes. */
const word = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs;
const part = /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs;

/**
 * The words of a command line, as a shell reads them, without what else a shell does: no variable, no pipe. Undefined: a
 * quote has no end.
 */
export function commandWords(line: string): string[] | undefined {
  const isRead = line.replace(word, '').trim() === '';
  return isRead ? (line.match(word) ?? []).map((each) => each.replace(part, unquote)) : undefined;
}

function unquote(_: string, escaped?: string, double?: string, single?: string): string {
  return escaped ?? double?.replace(/\\(["\\$`])/g, '$1') ?? single ?? '';
}
