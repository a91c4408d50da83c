import { clientVariable } from '../config/client-host.ts';
import { SatsumaError } from '../model/errors.ts';
import { readText } from './body-file.ts';

/**
 * Docker's --env-file: one variable per line, NAME=VALUE without quoting; NAME alone takes the value from this
 * environment. Empty lines and lines that start with # are ignored. Throws `invalid`.
 */
export async function readEnvironmentFile(path: string): Promise<Record<string, string>> {
  const text = await readText(path).catch((cause: NodeJS.ErrnoException) => {
    throw new SatsumaError('invalid', `cannot read ${path}: ${cause.code ?? cause.message}`, { cause });
  });
  const lines = text.split(/\r?\n/).map((line) => line.trimStart());
  const given = lines.filter((line) => line !== '' && !line.startsWith('#'));
  return Object.assign({}, ...given.map((line) => readVariable(line) ?? badLine(path, line)));
}

function badLine(path: string, line: string): never {
  throw new SatsumaError('invalid', `${path}: expected NAME=VALUE, got ${line.slice(0, 40)}`);
}

/** `NAME=VALUE`, or `NAME` for its value in this environment, if it has one. Undefined: the text is neither. */
export function readVariable(text: string): Record<string, string> | undefined {
  const [, name, value] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? [];
  if (name === undefined) return undefined;
  const known = value ?? clientVariable(name);
  return known === undefined ? {} : { [name]: known };
}
