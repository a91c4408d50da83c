import type { Daemon } from './daemon.ts';
import { importProgram, type ProgramImage } from './program-image.ts';

/** Like the official image. */
const image: ProgramImage = {
  reference: 'caddy:2',
  program: 'caddy',
  debianPackage: 'caddy',
  folders: ['config', 'data', 'srv', 'tmp'],
  changes: ['CMD ["caddy", "run"]', 'ENV PATH=/usr/bin', 'EXPOSE 80/tcp', 'EXPOSE 443/tcp', 'WORKDIR /srv'],
};

/** Imports a real Caddy, built from the machine's own program. */
export async function importCaddy(dir: string, daemons: readonly Daemon[]): Promise<void> {
  await importProgram(dir, image, daemons);
}
