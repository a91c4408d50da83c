import type { Daemon } from './daemon.ts';
import { importProgram, type ProgramImage } from './program-image.ts';

/** A resolver, and a program that resolves names like the C library. */
const image: ProgramImage = {
  reference: 'demo/unbound:1',
  program: 'unbound',
  tools: ['getent', 'sleep'],
  debianPackage: 'unbound',
  folders: ['etc/unbound', 'run', 'tmp'],
  changes: ['CMD ["unbound", "-d"]', 'ENV PATH=/usr/bin'],
};

/** Imports a real unbound, built from the machine's own program. */
export async function importUnbound(dir: string, daemons: readonly Daemon[]): Promise<void> {
  await importProgram(dir, image, daemons);
}
