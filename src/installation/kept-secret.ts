import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SatsumaError } from '../model/errors.ts';
import { makeFolder } from '../runtime/make-folder.ts';
import { writeSecretFile } from '../runtime/write-secret-file.ts';
import type { Store } from '../store/store.ts';

const fileName = 'installation-key';
const documentId = 'secret';
const bytes = 32;

/**
 * A random secret in a file beside the embedded store, created once and readable by its owner only. It must outlive the
 * store.
 */
export async function secretInFolder(dir: string): Promise<string> {
  const path = join(dir, fileName);
  const made = await create(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw unreadable(path, error);
  });
  return made ?? (await readSecret(path));
}

async function create(path: string): Promise<string> {
  makeFolder(dirname(path), 0o700);
  const secret = randomBytes(bytes).toString('hex');
  await writeSecretFile(path, secret);
  return secret;
}

async function readSecret(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
  if (text.trim().length >= bytes) return text;
  throw new SatsumaError('invalid', `${path} contains no complete key; remove it, and a new one is generated`);
}

function unreadable(path: string, cause: NodeJS.ErrnoException): SatsumaError {
  return new SatsumaError('invalid', `cannot keep the key for labels in ${path}: ${cause.code}`, { cause });
}

/** The same in the store, for servers that share one. It is lost with the store. */
export async function secretInStore(store: Store): Promise<string> {
  const known = await store.read('installation', documentId);
  if (known) return known.value.secret;
  const value = { secret: randomBytes(bytes).toString('hex') };
  const written = await store.write([{ kind: 'installation', id: documentId, value, ifVersion: 0 }]);
  if (written.ok) return value.secret;
  return await secretInStore(store);
}
