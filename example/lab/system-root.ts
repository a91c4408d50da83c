import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from './lab-error.ts';
import { withLock } from './lock.ts';
import { findProgram } from './machine.ts';
import { projectRoot } from './project-root.ts';
import { run } from './run.ts';

/** Docker's major versions in Debian releases, other than the machine's own. */
const releaseOf: Readonly<Record<string, string>> = { '26': 'trixie' };

/** The packages for an engine's host, and the other stores that Satsuma is tested with. dockerd runs `ps` of procps for `docker top`. */
const packages = [
  ...['docker.io', 'docker-cli', 'iptables', 'iproute2', 'ca-certificates', 'procps'],
  ...['valkey-server', 'redis-server'],
];

/** Part of the folder's name: other packages are another folder, and labs that run keep theirs. */
const packagesHash = createHash('sha256').update(packages.join()).digest('hex').slice(0, 8);

const folder = join(projectRoot, '.lab/.os');

/**
 * The root file system of a Debian with that version of Docker, for all engines of all labs. Created once by
 * debootstrap, which takes about a minute, and kept. Throws `bad_request` for an unavailable version,
 * `missing_package`, or `command_failed` with debootstrap's output.
 */
export async function systemRoot(version: string, log: (line: string) => void = () => undefined): Promise<string> {
  const release = Object.hasOwn(releaseOf, version) ? releaseOf[version] : undefined;
  if (release === undefined) {
    const known = Object.keys(releaseOf).join(', ');
    throw new LabError('bad_request', `There is no Docker ${version} for a lab; there is: ${known}.`);
  }
  const root = join(folder, `${release}-${packagesHash}`);
  return await withLock(root, async () => {
    if (!existsSync(root)) await bootstrap(release, root, log);
    return root;
  });
}

/** Created under a temporary name and renamed, so that an existing one is complete. */
async function bootstrap(release: string, root: string, log: (line: string) => void): Promise<void> {
  if ((await findProgram('debootstrap')) === undefined) {
    throw new LabError('missing_package', 'Another Docker needs more software: apt-get install debootstrap.');
  }
  log(`making a Debian ${release} with its Docker, once: this takes about a minute`);
  const begun = `${root}.new`;
  await rm(begun, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run('debootstrap', ['--variant=minbase', `--include=${packages.join(',')}`, release, begun]);
  await writePrograms(begun, root);
  await rename(begun, root);
}

/** Scripts that start its stores as programs of this machine: `valkey/redis-server`, `redis/redis-server`. */
async function writePrograms(begun: string, root: string): Promise<void> {
  for (const [name, program] of [
    ['valkey', 'valkey-server'],
    ['redis', 'redis-server'],
  ] as const) {
    const bin = join(begun, 'satsuma', name);
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, 'redis-server'), `${startScript(root, program)}\n`, { mode: 0o755 });
  }
}

/** With its own libraries, and without chroot. */
function startScript(root: string, program: string): string {
  const libraries = `${root}/lib/x86_64-linux-gnu:${root}/usr/lib/x86_64-linux-gnu`;
  const loader = `${root}/lib64/ld-linux-x86-64.so.2`;
  return `#!/bin/sh\nexec '${loader}' --library-path '${libraries}' '${root}/usr/bin/${program}' "$@"`;
}
