/** The words of a command as it is typed: what is in quotes is one. */
export function wordsOf(typed: string): readonly string[] {
  const words = typed.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return [...words].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
}

/** What is typed with commas or spaces between. */
export function listOf(typed: string): readonly string[] {
  return typed.split(/[\s,]+/).filter((each) => each !== '');
}
