/** What stands in the place of docker's commands that have another name here; docs/docker-commands.md has the whole list. */
const instead: Readonly<Record<string, string>> = {
  build: 'Satsuma builds no images; build with docker and push to a registry that the engines reach',
  compose: 'a service stands for each service of a compose file: "satsuma service create"',
  container: 'the commands for containers have no such word before them: "satsuma ps", "satsuma run", "satsuma rm"',
  create: '"satsuma run" creates a container and starts it',
  images: 'the images on the engines are not listed yet; "satsuma image ls" lists saved image configs',
  info: '"satsuma cluster" shows the cluster, "satsuma engine ls" its engines',
  node: 'the machines of a cluster are engines: "satsuma engine ls"',
  pull: 'an engine pulls an image when a container needs it; see --pull of "satsuma run"',
  swarm: 'engines join with "satsuma engine add"',
  update: '"satsuma service update" changes a service; a container is not changed yet',
  version: '"satsuma --version"',
};

/** Docker's commands that nothing stands for yet. */
const missing = [
  ...['attach', 'commit', 'cp', 'diff', 'events', 'exec', 'export', 'history', 'import', 'load', 'login', 'logout'],
  ...[
    'network',
    'pause',
    'port',
    'prune',
    'push',
    'rename',
    'save',
    'search',
    'stack',
    'stats',
    'system',
    'tag',
    'top',
  ],
  ...['unpause', 'volume', 'wait'],
];

const inBackground = 'a container runs in the background, without a terminal';

const runOptions: Readonly<Record<string, string>> = {
  '-i': inBackground,
  '--interactive': inBackground,
  '-t': inBackground,
  '--tty': inBackground,
  '-it': inBackground,
  '-ti': inBackground,
  '-a': inBackground,
  '--attach': inBackground,
  '--rm': 'Satsuma does not have docker\'s --rm yet; a job ("satsuma job create") leaves no container behind',
  '-u': "Satsuma does not have docker's --user yet",
  '-w': "Satsuma does not have docker's --workdir yet",
  '-c': 'the CPUs of a container are --cpus',
  '--cpu-shares': 'the CPUs of a container are --cpus',
  '--privileged': 'no container gets all rights; --device gives it a device',
  '--mount': 'a volume is -v name:/data or -v /host:/data',
  '--net': 'the network is --network',
};

/** Those that an image config has a field for, and the command line has no option. */
const fileFields: Readonly<Record<string, string>> = {
  '--link': 'links',
  '--volumes-from': 'volumes_from',
  '--domainname': 'domain',
  '-P': 'publish',
  '--publish-all': 'publish',
};

/** Docker's options that nothing stands for yet, without their dashes. */
const missingOptions = [
  ...[
    'add-host',
    'blkio-weight',
    'cap-add',
    'cap-drop',
    'cgroup-parent',
    'cgroupns',
    'cidfile',
    'cpu-period',
    'cpu-quota',
  ],
  ...['cpuset-cpus', 'cpuset-mems', 'device-cgroup-rule', 'dns', 'dns-option', 'dns-search', 'expose', 'group-add'],
  ...['health-cmd', 'health-interval', 'health-retries', 'health-start-period', 'health-timeout', 'init', 'ip', 'ip6'],
  ...[
    'ipc',
    'label-file',
    'log-driver',
    'log-opt',
    'mac-address',
    'memory-reservation',
    'memory-swap',
    'network-alias',
  ],
  ...['no-healthcheck', 'oom-kill-disable', 'oom-score-adj', 'pid', 'pids-limit', 'platform', 'read-only', 'runtime'],
  ...[
    'security-opt',
    'shm-size',
    'sig-proxy',
    'stop-signal',
    'stop-timeout',
    'storage-opt',
    'sysctl',
    'tmpfs',
    'ulimit',
  ],
  ...['user', 'userns', 'uts', 'volume-driver', 'workdir'],
];

/** What stands in the place of an option of `docker run`; it may have its value behind it: `--user=1000`, `-u1000`. */
export function dockerRunHint(word: string): string | undefined {
  const [flag = ''] = word.split('=', 1);
  const short = flag.startsWith('--') ? flag : flag.slice(0, 2);
  const found = [flag, short].find((each) => Object.hasOwn(runOptions, each) || Object.hasOwn(fileFields, each));
  if (found === undefined) {
    const isMissing = flag.startsWith('--') && missingOptions.includes(flag.slice(2));
    return isMissing ? `Satsuma does not have docker's ${flag} yet` : undefined;
  }
  return runOptions[found] ?? `put "${fileFields[found]}" in an image config, and give that with -f`;
}

/** What to do in place of a command that docker has and Satsuma has not. */
export function dockerHint(word: string): string | undefined {
  if (missing.includes(word)) return `Satsuma does not have docker's ${word} yet`;
  return Object.hasOwn(instead, word) ? instead[word] : undefined;
}

const otherWords: Readonly<Record<string, string>> = {
  list: 'ls',
  remove: 'rm',
  delete: 'rm',
  describe: 'inspect',
  get: 'inspect',
};

/** The word for it among the names of the same group: many tools say `list`, Satsuma says `ls`. */
export function otherWord(word: string, names: readonly string[]): string | undefined {
  const other = Object.hasOwn(otherWords, word) ? otherWords[word] : undefined;
  return other !== undefined && names.includes(other) ? other : undefined;
}
