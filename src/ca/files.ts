import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SatsumaError } from '../model/errors.ts';
import { makeFolder } from '../runtime/make-folder.ts';

/** Absolute paths of PEM files: the authority's certificate, the issued certificate and its private key. */
export interface CertificateFiles {
  ca: string;
  cert: string;
  key: string;
}

export const keyMode = 0o600;
export const certificateMode = 0o644;
const directoryMode = 0o700;

export function authorityFiles(dir: string): CertificateFiles {
  const ca = join(dir, 'ca.pem');
  return { ca, cert: ca, key: join(dir, 'ca-key.pem') };
}

export function issuedFiles(folder: string): CertificateFiles {
  return { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
}

export async function makeDirectory(path: string): Promise<void> {
  makeFolder(path, directoryMode);
}

/** The file is created with its final mode, and never overwrites an existing one: throws EEXIST. */
export async function writeNewFile(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Replaces the file atomically. Throws `invalid`. */
export async function writeWhole(path: string, text: string, mode: number): Promise<void> {
  const parent = dirname(path);
  const staged = join(parent, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    await writeNewFile(staged, text, mode);
    await rename(staged, path);
    await syncDirectory(parent);
  } catch (cause) {
    await rm(staged, { force: true });
    throw cannotWrite(path, cause);
  }
}

/** Throws `invalid` for a missing or unreadable file; `missing` is the message for the former. */
export async function readText(path: string, missing: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const sentence = hasErrorCode(cause, 'ENOENT') ? missing : `${path} cannot be read: ${messageOf(cause)}.`;
    throw new SatsumaError('invalid', sentence, { cause });
  }
}

/**
 * Creates `folder` with all its files atomically: they are written into a sibling folder, which is then renamed. If
 * `folder` exists, `replace` decides between replacing it and throwing `invalid`.
 */
export async function publishFolder(
  folder: string,
  texts: Readonly<Record<keyof CertificateFiles, string>>,
  options: { readonly replace: boolean },
): Promise<CertificateFiles> {
  const parent = dirname(folder);
  // Certificate names have no leading dot, so leftovers of a crash are not mistaken for certificates.
  const staging = join(parent, `.${basename(folder)}.${randomBytes(6).toString('hex')}`);
  const old = `${staging}.old`;
  try {
    await makeDirectory(staging);
    const staged = issuedFiles(staging);
    await writeNewFile(staged.key, texts.key, keyMode);
    await writeNewFile(staged.cert, texts.cert, certificateMode);
    await writeNewFile(staged.ca, texts.ca, certificateMode);
    await syncDirectory(staging);
    if (options.replace) await renameIfThere(folder, old);
    await rename(staging, folder);
    await syncDirectory(parent);
  } catch (cause) {
    await rm(staging, { recursive: true, force: true });
    await renameIfThere(old, folder).catch(() => undefined);
    if (hasErrorCode(cause, 'ENOTEMPTY', 'EEXIST')) throw alreadyIssued(folder, cause);
    throw cannotWrite(folder, cause);
  }
  await rm(old, { recursive: true, force: true });
  return issuedFiles(folder);
}

export function cannotWrite(path: string, cause: unknown): SatsumaError {
  return new SatsumaError('invalid', `${path} cannot be written: ${messageOf(cause)}.`, { cause });
}

function alreadyIssued(folder: string, cause: unknown): SatsumaError {
  const sentence = `There is a certificate in ${folder} already: use --replace to renew it with a new key.`;
  return new SatsumaError('invalid', sentence, { cause });
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error;
  }
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

export function hasErrorCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
