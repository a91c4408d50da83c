import { InvalidArgumentError } from 'commander';
import type { DerivedImage } from '../model/saved-image.ts';
import type { ImageCommand } from '../run-options/image-command.ts';
import { addImageOptions, fieldsOfImage, type ImageFlags } from '../run-options/image-options.ts';
import { readEnvironmentFile, readVariable } from './environment-file.ts';

/** Arguments and options for an image config; `file` describes what a file contains. */
export function withImageOptions(command: ImageCommand, file: string): ImageCommand {
  return addImageOptions(command, file, variable);
}

/** The given fields only. Throws `invalid` if a file with variables cannot be read. */
export async function imageFields(
  name: string | undefined,
  args: readonly string[],
  flags: ImageFlags,
): Promise<Partial<DerivedImage>> {
  return fieldsOfImage(name, args, { ...flags, environment: await environmentOf(flags) });
}

/** As in docker, --env overrides files. */
async function environmentOf({ env, envFile = [] }: ImageFlags): Promise<Record<string, string> | undefined> {
  const files = await Promise.all(envFile.map(readEnvironmentFile));
  return files.length === 0 ? env : Object.assign({}, ...files, env);
}

export function variable(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const given = readVariable(text);
  if (!given) throw new InvalidArgumentError('It must be NAME=VALUE, or the NAME of a variable that is set here.');
  return { ...previous, ...given };
}
