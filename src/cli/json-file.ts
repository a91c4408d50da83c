import { readFile } from 'node:fs/promises';
import { SatsumaError } from '../model/errors.ts';

/** A body for the API from a file. Throws `invalid`. */
export async function readJsonFile(path: string): Promise<object> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new SatsumaError('invalid', `cannot read ${path}: ${cause.code}`, { cause });
  });
  const value = parse(path, text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new SatsumaError('invalid', `${path} must have an object, as in {"name": "redis"}`);
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SatsumaError('invalid', `${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
