import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { SatsumaError } from '../model/errors.ts';

/** What is kept of a context. */
export interface StoredContext {
  readonly host: string;
  readonly description: string;
  /** For servers that ask who is there. Never shown. */
  readonly token?: string;
  /** A file with the authority of the server's certificate. */
  readonly ca?: string;
}

export interface ContextFile {
  /** Left out: the default. */
  readonly current?: string;
  readonly contexts: Readonly<Record<string, StoredContext>>;
  /** Of servers that no context names, by their address. */
  readonly tokens?: Readonly<Record<string, string>>;
}

/** A file of contexts is small; what is larger is another file. */
const mostBytes = 1024 * 1024;

/** Without a file there are none. Throws `invalid` where it cannot be read, or is something else. */
export function readContextFile(file: string): ContextFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { contexts: {} };
    throw new SatsumaError('invalid', `cannot read the contexts: ${(error as Error).message}`, { cause: error });
  }
  const known = text.length > mostBytes ? undefined : parsed(text);
  if (isContextFile(known)) return known;
  throw new SatsumaError('invalid', `${file} is no file of contexts: repair it, or remove it`);
}

/** As a whole, or not at all, and for its owner alone: it may hold tokens. Throws `invalid`. */
export function writeContextFile(file: string, contexts: ContextFile): void {
  const part = `${file}.${process.pid}.part`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const handle = openSync(part, 'w', 0o600);
    try {
      writeSync(handle, `${JSON.stringify(contexts, undefined, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    const message = (error as Error).message.replaceAll(part, file);
    throw new SatsumaError('invalid', `cannot write the contexts: ${message}`, { cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isContextFile(value: unknown): value is ContextFile {
  if (!isObject(value) || !isObject(value.contexts)) return false;
  if (value.current !== undefined && typeof value.current !== 'string') return false;
  if (value.tokens !== undefined && !(isObject(value.tokens) && Object.values(value.tokens).every(isTextOrNothing))) {
    return false;
  }
  return Object.values(value.contexts).every((each) => {
    if (!isObject(each) || typeof each.host !== 'string' || typeof each.description !== 'string') return false;
    return isTextOrNothing(each.token) && isTextOrNothing(each.ca);
  });
}

function isTextOrNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
