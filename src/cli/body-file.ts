import { createReadStream } from 'node:fs';
import { SatsumaError } from '../model/errors.ts';

/** Reads a request body from a JSON or YAML file; `-` is standard input. Throws `invalid`. */
export async function readBodyFile(path: string): Promise<object> {
  const name = nameOf(path);
  const value = await parse(name, await readGivenFile(path));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new SatsumaError('invalid', `${name} must have an object, as in {"name": "redis"}`);
}

/** The text of a required file; `-` is standard input. Throws `invalid`. */
export async function readGivenFile(path: string): Promise<string> {
  return (await readGivenBytes(path)).toString();
}

/** The same as bytes. */
export async function readGivenBytes(path: string): Promise<Buffer> {
  return await readBytes(path).catch((cause: NodeJS.ErrnoException) => {
    throw new SatsumaError('invalid', `cannot read ${nameOf(path)}: ${cause.code ?? cause.message}`, { cause });
  });
}

function nameOf(path: string): string {
  return path === '-' ? 'standard input' : path;
}

/** More than any server accepts. */
const maxBytes = 16 * 1024 * 1024;

/** The whole text of a file; `-` is standard input. Throws for an endless file, such as a device. */
export async function readText(path: string): Promise<string> {
  return (await readBytes(path)).toString();
}

async function readBytes(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of path === '-' ? process.stdin : createReadStream(path)) {
    length += chunk.length;
    if (length > maxBytes) throw new Error('it is larger than 16 MiB');
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

/** Text that starts like JSON gets JSON's error message; everything else is parsed as YAML. */
async function parse(name: string, text: string): Promise<unknown> {
  const isJson = /^\s*[[{"]/.test(text);
  try {
    if (isJson) return JSON.parse(text);
    // Loaded on demand, because most commands read no file.
    return (await import('yaml')).parse(text);
  } catch (cause) {
    const [firstLine = ''] = (cause as Error).message.split('\n');
    throw new SatsumaError('invalid', `${name} is not ${isJson ? 'JSON' : 'YAML'}: ${firstLine}`, { cause });
  }
}
