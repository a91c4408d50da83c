import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Daemon } from './daemon.ts';
import { importArchive, packFolder } from './import-archive.ts';
import { LabError } from './lab-error.ts';
import { findProgram, type Program } from './machine.ts';
import { run } from './run.ts';

/** An image of a program of this machine. */
export interface ProgramImage {
  readonly reference: string;
  readonly program: Program;
  /** Further programs in the image. */
  readonly tools?: readonly Program[];
  /** The Debian package of the program. */
  readonly debianPackage: string;
  readonly folders: readonly string[];
  /** As in a Dockerfile. */
  readonly changes: readonly string[];
}

/** Imports a program of this machine with its libraries on the engines, from a file in `dir` that is created once. */
export async function importProgram(dir: string, image: ProgramImage, daemons: readonly Daemon[]): Promise<void> {
  const archive = join(dir, `${image.program}.tar`);
  if (!existsSync(archive)) await pack(join(dir, image.program), image, archive);
  await importArchive(archive, image.reference, image.changes, daemons);
}

async function pack(
  root: string,
  { program, tools = [], debianPackage, folders }: ProgramImage,
  archive: string,
): Promise<void> {
  await rm(root, { recursive: true, force: true });
  for (const name of [program, ...tools]) {
    const path = await findProgram(name);
    if (path === undefined)
      throw new LabError('missing_package', `The image needs ${name}: apt-get install ${debianPackage}.`);
    const libraries = [...(await run('ldd', [path])).matchAll(/(\/\S+) \(0x/g)].flatMap(([, file]) => file ?? []);
    for (const file of libraries) await copyInto(root, file, file);
    await copyInto(root, path, `/usr/bin/${name}`);
  }
  for (const folder of folders) await mkdir(join(root, folder), { recursive: true });
  await packFolder(root, archive);
}

async function copyInto(root: string, from: string, to: string): Promise<void> {
  const target = join(root, to);
  await mkdir(dirname(target), { recursive: true });
  await copyFile(from, target);
}
