import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { LabError } from './lab-error.ts';

/** Programs that a lab needs, with their Debian packages. */
const packageOf = {
  dockerd: 'docker.io',
  containerd: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  ip: 'iproute2',
  busybox: 'busybox-static',
  tar: 'tar',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  setsid: 'util-linux',
  'docker-registry': 'docker-registry',
  caddy: 'caddy',
  unbound: 'unbound',
  getent: 'libc-bin',
  sleep: 'coreutils',
  'redis-server': 'redis-server',
  debootstrap: 'debootstrap',
} as const;

export type Program = keyof typeof packageOf;

const enginePrograms: readonly Program[] = [
  'dockerd',
  'iptables',
  'ip',
  'tar',
  'busybox',
  'nsenter',
  'unshare',
  'setsid',
];

// A root shell from `su` often has no sbin in its PATH.
const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The whole environment of the lab's processes: no proxy settings or credentials of the caller reach an engine. */
export const labEnvironment: Readonly<Record<string, string>> = {
  PATH: searchPath.join(delimiter),
  HOME: '/root',
  LANG: 'C',
};

/** Throws `not_root` or `missing_package` if this machine cannot run a lab. */
export async function checkMachine({ registry = false }: { registry?: boolean } = {}): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new LabError('not_root', 'A lab makes Linux network namespaces: run it as root on a Linux machine.');
  }
  const programs: readonly Program[] = registry ? [...enginePrograms, 'docker-registry'] : enginePrograms;
  const found = await Promise.all(programs.map(async (program) => (await findProgram(program)) !== undefined));
  const missing = [...new Set(programs.filter((_, index) => !found[index]).map((program) => packageOf[program]))];
  if (missing.length > 0) {
    throw new LabError('missing_package', `A lab needs more software: apt-get install ${missing.join(' ')}.`);
  }
}

/** The program's path; undefined if it is missing. */
export async function findProgram(program: Program): Promise<string | undefined> {
  for (const directory of searchPath) {
    const path = join(directory, program);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

/** The registered capacity of an engine: the whole machine, because the lab's containers mostly sleep. */
export function machineSize(): { cpus: number; memory: number } {
  return { cpus: availableParallelism(), memory: Math.floor(totalmem() / 1024 ** 2) };
}
