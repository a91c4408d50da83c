import type { Daemon } from './daemon.ts';
import { importProgram, type ProgramImage } from './program-image.ts';

/** A resolver, and a program that asks for names as the C library does. */
const image: ProgramImage = {
  reference: 'demo/unbound:1',
  program: 'unbound',
  tools: ['getent', 'sleep'],
  debianPackage: 'unbound',
  folders: ['etc/unbound', 'run', 'tmp'],
  changes: ['CMD ["unbound", "-d"]', 'ENV PATH=/usr/bin'],
};

/** Gives the engines a real unbound, made of the machine's own program. */
export async function importUnbound(dir: string, daemons: readonly Daemon[]): Promise<void> {
  await importProgram(dir, image, daemons);
}
