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
  ...['network', 'pause', 'port', 'push', 'rename', 'save', 'search', 'stack', 'stats', 'system', 'tag', 'top'],
  ...['unpause', 'volume', 'wait'],
];

const runOptions: Readonly<Record<string, string>> = {
  '-i': 'a container runs in the background, without a terminal',
  '-t': 'a container runs in the background, without a terminal',
  '-it': 'a container runs in the background, without a terminal',
  '--rm': 'Satsuma does not have docker\'s --rm yet; a job ("satsuma job create") leaves no container behind',
  '-u': "Satsuma does not have docker's --user yet",
  '--user': "Satsuma does not have docker's --user yet",
  '-w': "Satsuma does not have docker's --workdir yet",
  '--workdir': "Satsuma does not have docker's --workdir yet",
  '--privileged': 'no container gets all rights; --device gives it a device',
};

/** What stands in the place of an option of `docker run`. */
export function dockerRunHint(flag: string): string | undefined {
  return Object.hasOwn(runOptions, flag) ? runOptions[flag] : undefined;
}

/** What to do in place of a command that docker has and Satsuma has not. */
export function dockerHint(word: string): string | undefined {
  if (missing.includes(word)) return `Satsuma does not have docker's ${word} yet`;
  return Object.hasOwn(instead, word) ? instead[word] : undefined;
}
