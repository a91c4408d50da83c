import type { Daemon } from './daemon.ts';
import { importProgram, type ProgramImage } from './program-image.ts';

/** The image of clementine's own example. Like the official one, but without a password. */
const image: ProgramImage = {
  reference: 'redis:latest',
  program: 'redis-server',
  debianPackage: 'redis-server',
  folders: ['data'],
  changes: [
    'ENTRYPOINT ["/usr/bin/redis-server", "--protected-mode", "no"]',
    'ENV PATH=/usr/bin',
    'EXPOSE 6379/tcp',
    'VOLUME /data',
    'WORKDIR /data',
  ],
};

/** Imports a real Redis, built from the machine's own program. */
export async function importRedis(dir: string, daemons: readonly Daemon[]): Promise<void> {
  await importProgram(dir, image, daemons);
}
