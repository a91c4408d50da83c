import type { Daemon } from './daemon.ts';
import { importProgram, type ProgramImage } from './program-image.ts';

/** The image of clementine's own example. As the real one has it, but for the password-less access that a lab can afford. */
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

/** Gives the engines a real redis, made of the machine's own program. */
export async function importRedis(dir: string, daemons: readonly Daemon[]): Promise<void> {
  await importProgram(dir, image, daemons);
}
