import { basename } from 'node:path';
import { SatsumaError } from '../model/errors.ts';

interface Sources {
  readonly given?: string | undefined;
  readonly variable?: string | undefined;
  readonly inFile?: string | undefined;
  readonly folder: string;
}

const pattern = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** `-p`, then COMPOSE_PROJECT_NAME, then `name` of the file, then the folder of the file. Throws `invalid`. */
export function projectName({ given, variable, inFile, folder }: Sources): string {
  const name = given || variable || inFile;
  if (name !== undefined) {
    if (pattern.test(name)) return name;
    throw new SatsumaError(
      'invalid',
      `the name of the project must begin with a letter or a digit, and have only lower-case letters, digits, "_" and "-": ${JSON.stringify(name.slice(0, 80))}`,
    );
  }
  const derived = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
  if (pattern.test(derived)) return derived;
  throw new SatsumaError(
    'invalid',
    'the project has no name: give it one (-p on the command line), or write name: into the file',
  );
}
