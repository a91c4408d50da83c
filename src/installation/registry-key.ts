import { hkdfSync, randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SatsumaError } from '../model/errors.ts';
import { makeFolder } from '../runtime/make-folder.ts';
import { SecretBox } from '../runtime/secret-box.ts';
import { writeSecretFile } from '../runtime/write-secret-file.ts';

/** The key's file, and whether it may be generated: several servers must have the same key. */
export interface RegistryKeyFile {
  readonly path: string;
  readonly isMadeHere: boolean;
}

interface RegistryKeyOptions {
  /** For encryption: a missing key may be generated. */
  readonly isNew?: boolean;
}

/** Opens the key that encrypts registry passwords. Throws `registry_key`. */
type FindRegistryKey = (options?: RegistryKeyOptions) => Promise<SecretBox>;

/** Shorter secrets could be guessed. */
const shortest = 32;
const hint = 'make one with "openssl rand -hex 32", readable to its owner only, the same for all servers';

/** `file` undefined: not configured. The file is read each time, because it is rarely needed and may be replaced. */
export function registryKeyIn(file: RegistryKeyFile | undefined): FindRegistryKey {
  return async ({ isNew = false } = {}) => {
    if (!file)
      throw keyError(`credentials of registries and secrets need registry-key-file in the configuration: ${hint}`);
    const text = (isNew && file.isMadeHere && (await make(file.path))) || (await read(file.path));
    return new SecretBox([Buffer.from(hkdfSync('sha256', text, 'satsuma registries', 'encryption', 32))]);
  };
}

/** Undefined: the file exists already. */
async function make(path: string): Promise<string | undefined> {
  try {
    makeFolder(dirname(path), 0o700);
    const secret = randomBytes(shortest).toString('hex');
    await writeSecretFile(path, secret);
    return secret;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return undefined;
    throw keyError(`cannot make the key of registries in ${path}: ${code}`, error);
  }
}

async function read(path: string): Promise<string> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) throw keyError(`others can read the key of registries in ${path}: chmod 600 it`);
    const text = (await readFile(path, 'utf8')).trim();
    if (text.length >= shortest) return text;
    throw keyError(`the key of registries in ${path} has fewer than ${shortest} characters: ${hint}`);
  } catch (error) {
    if (error instanceof SatsumaError) throw error;
    throw keyError(
      `cannot read the key of registries in ${path} (${(error as NodeJS.ErrnoException).code}): ${hint}`,
      error,
    );
  }
}

function keyError(sentence: string, cause?: unknown): SatsumaError {
  return new SatsumaError('registry_key', sentence, { cause });
}
