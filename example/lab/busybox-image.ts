import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Daemon } from './daemon.ts';
import { importArchive, packFolder } from './import-archive.ts';
import { LabError } from './lab-error.ts';
import { findProgram } from './machine.ts';
import { run } from './run.ts';

/** The default name of the lab's image. */
export const busyboxReference = 'demo/busybox:1';

/**
 * Changes for `POST /images/create`. By default the container sleeps, and ends at once at SIGTERM, which the first
 * process of a container ignores without a handler.
 */
const changes: readonly string[] = [
  'CMD ["sh", "-c", "trap \'exit 0\' TERM INT; sleep 2147483647 & wait"]',
  'ENV PATH=/bin',
  'ENV LAB=satsuma',
  'EXPOSE 80/tcp',
  'WORKDIR /www',
];

/** Imports the image on the engines through their API, from a file in `dir` that is created once. */
export async function importBusybox(dir: string, reference: string, daemons: readonly Daemon[]): Promise<void> {
  const archive = join(dir, 'busybox.tar');
  if (!existsSync(archive)) await packBusybox(dir, archive);
  await importArchive(archive, reference, changes, daemons);
}

/** Creates a tar file of a file system with the machine's busybox. */
async function packBusybox(dir: string, archive: string): Promise<void> {
  const busybox = await findProgram('busybox');
  if (busybox === undefined)
    throw new LabError('missing_package', 'The image needs busybox: apt-get install busybox-static.');
  const root = join(dir, 'busybox');
  await rm(root, { recursive: true, force: true });
  await Promise.all(['bin', 'etc', 'tmp', 'www'].map((folder) => mkdir(join(root, folder), { recursive: true })));
  await copyFile(busybox, join(root, 'bin/busybox'));
  await run('chroot', [root, '/bin/busybox', 'true']).catch((cause) => {
    const advice = 'apt-get install busybox-static.';
    throw new LabError('missing_package', `${busybox} does not run on its own, since it is not static: ${advice}`, {
      cause,
    });
  });
  const applets = (await run(busybox, ['--list']))
    .trim()
    .split('\n')
    .filter((name) => name !== 'busybox');
  await Promise.all(applets.map((name) => symlink('busybox', join(root, 'bin', name))));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n');
  await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  await writeFile(join(root, 'www/index.html'), 'Satsuma lab\n');
  await packFolder(root, archive);
}
