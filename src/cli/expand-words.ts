/** Docker's longer names: `docker container ls` is `docker ps`. */
const ofContainers = [
  ...[
    'attach',
    'commit',
    'cp',
    'diff',
    'exec',
    'export',
    'inspect',
    'kill',
    'logs',
    'pause',
    'port',
    'rename',
    'restart',
  ],
  ...['rm', 'run', 'start', 'stats', 'stop', 'top', 'unpause', 'update', 'wait'],
];
const otherWords: Readonly<Record<string, string>> = {
  ls: 'ps',
  list: 'ps',
  ps: 'ps',
  remove: 'rm',
  prune: 'prune',
  create: 'create',
};

/** The arguments with docker's names replaced by Satsuma's. */
export function expandWords(words: readonly string[]): readonly string[] {
  const at = commandIndex(words);
  const next = words[at + 1];
  if (words[at] !== 'container' || next === undefined) return words;
  const word = Object.hasOwn(otherWords, next) ? otherWords[next] : ofContainers.find((each) => each === next);
  return word === undefined ? words : [...words.slice(0, at), word, ...words.slice(at + 2)];
}

/** The command that is typed, such as `compose`. Undefined: there is none, or it is behind options that may need all. */
export function commandIn(words: readonly string[]): string | undefined {
  const at = commandIndex(words);
  const isPlain = words
    .slice(0, Math.max(at, 0))
    .every((word, index) => /^--context(=|$)/.test(word) || words[index - 1] === '--context');
  return isPlain ? words[at] : undefined;
}

/** The only option before a command that has a value is `--context`. */
function commandIndex(words: readonly string[]): number {
  return words.findIndex((word, index) => !word.startsWith('-') && words[index - 1] !== '--context');
}
