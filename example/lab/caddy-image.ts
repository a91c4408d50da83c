import type { Daemon } from './daemon.ts';
import { importProgram, type ProgramImage } from './program-image.ts';

/** As the official image has it. */
const image: ProgramImage = {
  reference: 'caddy:2',
  program: 'caddy',
  debianPackage: 'caddy',
  folders: ['config', 'data', 'srv', 'tmp'],
  changes: ['CMD ["caddy", "run"]', 'ENV PATH=/usr/bin', 'EXPOSE 80/tcp', 'EXPOSE 443/tcp', 'WORKDIR /srv'],
};

/** Gives the engines a real Caddy, made of the machine's own program. */
export async function importCaddy(dir: string, daemons: readonly Daemon[]): Promise<void> {
  await importProgram(dir, image, daemons);
}
