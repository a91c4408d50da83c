/** What a block of a page may need that no test gives it, and how one can tell that it does. */
interface Need {
  readonly what: string;
  /** A block that needs it says so itself: a mark of another need, or of none, is wrong. */
  readonly sign: RegExp;
}

const table = {
  accounts: { what: 'a server that asks who is there', sign: /login|account create|--cert|--privileged/ },
  authority: { what: 'certificates of machines that there are', sign: /^\s*satsuma ca /m },
  checkout: { what: 'a clone in which packages are installed', sign: /\bnp[mx] / },
  'dead-engine': { what: 'an engine that never comes back', sign: /--status lost/ },
  discovery: { what: 'a server that answers DNS, and a host outside', sign: /\bdig @/ },
  'docker-client': { what: 'the command line of docker', sign: /DOCKER_HOST/ },
  'docker-build': { what: 'a registry that has the base image', sign: /\bdocker build/ },
  'empty-store': { what: 'a server without a state, beside one that has it', sign: /satsuma restore (?!--dry-run)/ },
  'genisys-connector': { what: 'the program that Satsuma replaces', sign: /services\.json/ },
  // Which of the commands that work on one engine as well show nothing there, only the page around them says.
  hosts: { what: 'several hosts of a network, or what only they have', sign: /\b(satsuma|curl) / },
  rebalance: { what: 'one that is under way', sign: /rebalance --stop/ },
  recording: { what: 'the id of one', sign: /audit recording [0-9a-f]/ },
  redis: { what: 'a Redis', sign: /--redis-url/ },
  registry: {
    what: 'one of images that the engines reach',
    sign: /satsuma (pull|registry|image push)|sharing|registry\.example/,
  },
  root: { what: 'Debian packages and network namespaces', sign: /npm (run|test)|satsuma serve|\/etc\/|10\.213\.0/ },
  systemd: { what: 'a service of the machine', sign: /systemctl/ },
  template: { what: 'a template of an application', sign: /satsuma deploy |apiv1\/deployment/ },
  terminal: {
    what: 'one of its own, for what does not end',
    sign: / -\w*i?t |-ai |satsuma (serve|attach|events|top|logs -f)/,
  },
} as const satisfies Readonly<Record<string, Need>>;

type NeedName = keyof typeof table;

export const needs: Readonly<Record<NeedName, Need>> = table;

/** The words behind `needs=`, known or not. */
export function needsOf(marks: readonly string[]): string[] {
  return marks.filter((mark) => mark.startsWith('needs=')).map((mark) => mark.slice('needs='.length));
}

export function isNeed(word: string): word is NeedName {
  return Object.hasOwn(needs, word);
}
