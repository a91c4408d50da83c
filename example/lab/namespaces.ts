import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { LabError } from './lab-error.ts';
import { labEnvironment } from './machine.ts';
import { findProcesses, identify, isAlive, signal, waitUntil } from './processes.ts';

/*
 * A lab is a pid namespace that contains another one for each engine's host, so the kernel guarantees that nothing
 * outlives a lab: when its first process dies, all processes in it die, and with the last process the network, the
 * mounts and the links disappear. Each first process has `marker` and its folder in its arguments, by which it is
 * found.
 */
const marker = 'satsuma-lab';

/**
 * The lab's first process: holds the network of the engines, and lives until stdin closes, or forever after the word
 * `stay`.
 */
const switchScript = `
read -r pid rest < /proc/self/stat
echo "ready $pid"
exec > /dev/null 2>&1
read -r word && [ "$word" = stay ] || exit
sleep infinity & wait
`;

/**
 * An engine's first process. It reads its pid before it mounts its own /proc. Writes outside of its folder go to
 * overlays in memory, so that nothing is left on the machine. `wait` also reaps the orphans of dockerd.
 */
const hostScript = `
set -e
read -r pid rest < /proc/self/stat
if [ -n "$4" ]; then
  mkdir -p root
  mount -t tmpfs tmpfs root
  mkdir root/upper root/work root/new
  mount -t overlay -o "lowerdir=$4,upperdir=root/upper,workdir=root/work" overlay root/new
  for folder in dev sys; do mount --rbind "/$folder" "root/new/$folder"; done
  mkdir -p root/new/lab-folder
  mount --bind . root/new/lab-folder
  cd root/new
  mkdir old-root
  pivot_root . old-root
  mount -t proc proc /proc
  umount -l /old-root
  rmdir /old-root
  cd /lab-folder
else
  mount -t proc proc /proc
fi
mount -t tmpfs tmpfs /run
mkdir -p /run/lab /run/layers
mount --bind . /run/lab
for folder in /etc /opt /var /root /srv /home; do
  [ -d "$folder" ] || continue
  mkdir -p "/run/layers$folder/upper" "/run/layers$folder/work"
  mount -t overlay -o "lowerdir=$folder,upperdir=/run/layers$folder/upper,workdir=/run/layers$folder/work" overlay "$folder"
done
mount -t tmpfs tmpfs /tmp
mkdir -p /etc/docker /var/lib/docker /run/lab/data
mount --bind /run/lab/etc /etc/docker
mount --bind /run/lab/data /var/lib/docker
hostname "$3"
ip link set lo up
echo 1 > /proc/sys/net/ipv4/ip_forward
echo "ready $pid"
exec > /dev/null 2>&1
sleep infinity & wait
`;

/** A lab's switch; its processes die with the caller's, until `detach`. */
interface Switch {
  readonly pid: number;
  /** From now on the lab stays until it is taken down. */
  detach(): void;
}

export async function startSwitch(dir: string): Promise<Switch> {
  const script = ['--net', '--pid', '--fork', 'sh', '-c', switchScript, 'sh', marker, dir];
  const child = spawn('unshare', script, { env: labEnvironment, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  const pid = await readReadyPid(child.stdout, child.stderr, 'The network namespace of the lab');
  child.unref();
  // The pipe alone must not keep the caller running; the kernel closes it when the caller ends.
  if ('unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref();
  child.stdin.on('error', () => undefined);
  return { pid, detach: () => void child.stdin.end('stay\n') };
}

/**
 * Returns the pid of the host's first process. `dir` contains `etc`, which the host sees as /etc/docker. `systemRoot`:
 * the operating system of the host, if it is not the machine's own; it is not modified.
 */
export async function startHost(switchPid: number, dir: string, hostname: string, systemRoot = ''): Promise<number> {
  // With `&` the host becomes a child of the lab's first process, and nobody outside has to wait for it.
  const fork = 'unshare --net --mount --pid --uts --ipc --fork sh -c "$@" &';
  const args = [
    '--pid',
    '-t',
    String(switchPid),
    'sh',
    '-c',
    fork,
    'sh',
    hostScript,
    'sh',
    marker,
    dir,
    hostname,
    systemRoot,
  ];
  const child = spawn('nsenter', args, {
    cwd: dir,
    env: labEnvironment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return await readReadyPid(child.stdout, child.stderr, `The host ${hostname}`);
}

/** The first process of the lab or host in `dir`, if it runs. */
export function findFirstProcess(dir: string): number | undefined {
  const pids = findProcesses((args) => args[0] === 'sh' && args[4] === marker && args[5] === dir);
  return pids[0];
}

/**
 * The processes with the marker and the folder: the first process, and those outside that started it and wait for it.
 */
function findCarriers(dir: string): number[] {
  return findProcesses((args) => args[args.indexOf(marker) + 1] === dir);
}

/** Kills the first process of `dir`, and so everything in its namespaces. */
export async function killNamespaces(dir: string): Promise<void> {
  const pid = findFirstProcess(dir);
  const first = pid === undefined ? undefined : identify(pid);
  if (first === undefined) return;
  signal(first.pid, 'SIGKILL');
  // The first process disappears last, and after it the process that waited for it outside.
  const isGone = await waitUntil(() => !isAlive(first) && findCarriers(dir).length === 0, 10_000);
  if (!isGone) throw new LabError('command_failed', `Process ${pid} of ${dir} was killed but does not end.`);
}

/** The arguments for `nsenter` to run a command on an engine's host. */
export function onHost(hostPid: number, ...command: readonly string[]): string[] {
  return ['--net', '--mount', '--pid', '--uts', '--ipc', '-t', String(hostPid), ...command];
}

async function readReadyPid(stdout: Readable, stderr: Readable, what: string): Promise<number> {
  let output = '';
  let complaint = '';
  stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  for await (const chunk of stdout) {
    output += String(chunk);
    const ready = /^ready (\d+)\n/m.exec(output);
    if (!ready) continue;
    stderr.destroy();
    return Number(ready[1]);
  }
  throw new LabError('command_failed', `${what} could not be made: ${complaint.trim() || 'its first process ended'}.`);
}
