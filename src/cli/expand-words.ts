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
  const at = words.findIndex((word, index) => !word.startsWith('-') && words[index - 1] !== '--context');
  const next = words[at + 1];
  if (words[at] !== 'container' || next === undefined) return words;
  const word = Object.hasOwn(otherWords, next) ? otherWords[next] : ofContainers.find((each) => each === next);
  return word === undefined ? words : [...words.slice(0, at), word, ...words.slice(at + 2)];
}
