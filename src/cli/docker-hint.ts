const builds = '"satsuma build" builds an image on an engine, by the builder that every engine has';

/** The equivalents of docker commands that have another name here; docs/docker-commands.md has the whole list. */
const instead: Readonly<Record<string, string>> = {
  ...{ builder: builds, buildx: builds },
  container: '"satsuma container ls" is "satsuma ps", and so for the others: "satsuma run", "satsuma rm"',
  create:
    '"satsuma run" creates a container and starts it; what is made and not started would hold its place for nothing',
  import: '"docker import" on a host makes an image there, and "satsuma push --from ENGINE" takes it to the others',
  prune:
    'containers that ended are removed by "satsuma rm $(satsuma ps -aq -f status=exited)"; the others are "satsuma image prune", "volume prune" and "network prune"',
  search: 'images are looked for at their registry, and Satsuma asks none for its list',
  system:
    '"satsuma doctor" shows what Docker keeps on the disks, and "satsuma image prune", "volume prune" and "network prune" remove what nothing uses',
  load: '"satsuma push --from FILE" loads an archive of images into engines',
  info: '"satsuma cluster" shows the cluster, "satsuma engine ls" its engines',
  node: 'the machines of a cluster are engines: "satsuma engine ls"',
  swarm: 'engines join with "satsuma engine add"',
  stack: 'applications of several services are Compose files: "satsuma compose up"',
  manifest: 'a registry keeps manifests, and Satsuma changes nothing there',
  trust: 'images are not signed here; name them by digest, which each engine checks',
  plugin: 'plug-ins are of an engine: "docker plugin" on its host',
  checkpoint: 'there are no checkpoints: "satsuma pause" freezes a container, "satsuma commit" keeps its files',
};

const inBackground = 'it runs in the background, without a terminal of yours';

const runOptions: Readonly<Record<string, string>> = {
  '-a': inBackground,
  '--attach': inBackground,
  '--rm': 'a job ("satsuma job create") leaves no container behind',
  '-c': 'the CPUs of a container are --cpus, and its share of them is --cpu-shares',
  '--cpu-period': 'the CPUs of a container are --cpus',
  '--cpu-quota': 'the CPUs of a container are --cpus',
  '--link-local-ip': 'it goes into --network name=NETWORK,link-local-ip=ADDRESS',
  '-l': 'a label of the container is --container-label; --label is one that its engine must have',
};

/** Docker options that only the field `docker` of an image config can express, without their dashes. */
const missingOptions = ['isolation', 'kernel-memory'];

const tags = 'one tag is pulled at a time';
const sizes = 'sizes of containers are not shown: an engine reads all files for them; "docker ps -s" on its host does';
const digests = 'the digests of an image are in "satsuma engine-image inspect"';
const update = 'an update changes CPUs, memory, processes and the restart policy; for all else run the container anew';
const stopped = 'what does not run uses nothing; "satsuma ps -a" lists it';

/** Docker options of other commands, by command. */
const otherOptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ps: { '-s': sizes, '--size': sizes },
  inspect: { '-s': sizes, '--size': sizes },
  images: { '--digests': digests },
  pull: { '--platform': 'it is a field of an image config: "satsuma run --platform"', '-a': tags, '--all-tags': tags },
  update: Object.fromEntries(
    ['-c', '--cpu-shares', '--cpu-period', '--cpu-quota', '--cpuset-cpus', '--cpuset-mems', '--blkio-weight']
      .concat('--memory-reservation', '--kernel-memory', '--cpu-rt-period', '--cpu-rt-runtime')
      .map((flag) => [flag, update]),
  ),
  stats: { '-a': stopped, '--all': stopped },
};

/** The equivalent of an option of docker's command of that name. */
export function dockerOptionHint(command: string, word: string): string | undefined {
  const options = Object.hasOwn(otherOptions, command) ? otherOptions[command] : undefined;
  const [flag = ''] = word.split('=', 1);
  return options && Object.hasOwn(options, flag) ? options[flag] : undefined;
}

/** The equivalent of an option of `docker run`, with or without a value: `--user=1000`, `-u1000`. */
export function dockerRunHint(word: string): string | undefined {
  const [flag = ''] = word.split('=', 1);
  const short = flag.startsWith('--') ? flag : flag.slice(0, 2);
  const found = [flag, short].find((each) => Object.hasOwn(runOptions, each));
  if (found !== undefined) return runOptions[found];
  const isMissing = flag.startsWith('--') && missingOptions.includes(flag.slice(2));
  return isMissing
    ? 'put it in "docker" of an image config, by the name of Docker\'s API, and give that with -f'
    : undefined;
}

/** What to use instead of a docker command that Satsuma lacks. */
export function dockerHint(word: string): string | undefined {
  return Object.hasOwn(instead, word) ? instead[word] : undefined;
}

const otherWords: Readonly<Record<string, string>> = {
  list: 'ls',
  remove: 'rm',
  delete: 'rm',
  describe: 'inspect',
  get: 'inspect',
};

/** The equivalent command in the same group: many tools say `list`, Satsuma says `ls`. */
export function otherWord(word: string, names: readonly string[]): string | undefined {
  const other = Object.hasOwn(otherWords, word) ? otherWords[word] : undefined;
  return other !== undefined && names.includes(other) ? other : undefined;
}
