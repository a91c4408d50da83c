/** The words of a command as it is typed: what is in quotes is one. */
export function wordsOf(typed: string): readonly string[] {
  const words = typed.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g);
  return [...words].map(([, double, single, bare]) => double ?? single ?? bare ?? '');
}
