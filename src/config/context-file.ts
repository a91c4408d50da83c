import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { SatsumaError } from '../model/errors.ts';

/** The stored part of a context. */
export interface StoredContext {
  readonly host: string;
  readonly description: string;
  /** For servers with authentication. Never shown. */
  readonly token?: string;
  /** A file with the authority that issued the server's certificate. */
  readonly ca?: string;
}

export interface ContextFile {
  /** Absent: the default context. */
  readonly current?: string;
  readonly contexts: Readonly<Record<string, StoredContext>>;
  /** Tokens of servers without a context, by address. */
  readonly tokens?: Readonly<Record<string, string>>;
}

/** A larger file is not a contexts file. */
const maxBytes = 1024 * 1024;

/** Empty if there is no file. Throws `invalid` if it is unreadable or has another format. */
export function readContextFile(file: string): ContextFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { contexts: {} };
    throw new SatsumaError('invalid', `cannot read the contexts: ${(error as Error).message}`, { cause: error });
  }
  const known = text.length > maxBytes ? undefined : parsed(text);
  if (isContextFile(known)) return known;
  throw new SatsumaError('invalid', `${file} is no file of contexts: repair it, or remove it`);
}

/** Atomically, and readable to its owner only, because it may contain tokens. Throws `invalid`. */
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
