import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Daemon } from './daemon.ts';
import { importArchive, packFolder } from './import-archive.ts';
import { LabError } from './lab-error.ts';
import { findProgram } from './machine.ts';
import { run } from './run.ts';

/** The image of clementine's own example. */
const reference = 'redis:latest';

/** As the real image has them, but for the password-less access that a lab can afford. */
const changes: readonly string[] = [
  'ENTRYPOINT ["/usr/bin/redis-server", "--protected-mode", "no"]',
  'ENV PATH=/usr/bin',
  'EXPOSE 6379/tcp',
  'VOLUME /data',
  'WORKDIR /data',
];

/** Gives the engines a real redis, made of the machine's own program and the libraries that it needs. */
export async function importRedis(dir: string, daemons: readonly Daemon[]): Promise<void> {
  const archive = join(dir, 'redis.tar');
  if (!existsSync(archive)) await packRedis(dir, archive);
  await importArchive(archive, reference, changes, daemons);
}

async function packRedis(dir: string, archive: string): Promise<void> {
  const program = await findProgram('redis-server');
  if (program === undefined) {
    throw new LabError('missing_package', 'The image needs redis: apt-get install redis-server.');
  }
  const root = join(dir, 'redis');
  await rm(root, { recursive: true, force: true });
  const libraries = [...(await run('ldd', [program])).matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
  for (const file of libraries) await copyInto(root, file, file);
  await copyInto(root, program, '/usr/bin/redis-server');
  await mkdir(join(root, 'data'));
  await packFolder(root, archive);
}

async function copyInto(root: string, from: string, to: string): Promise<void> {
  const target = join(root, to);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(from, target);
}
