import { createPrivateKey, type KeyObject } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import forge from 'node-forge';
import { SatsumaError } from '../model/errors.ts';
import {
  type CertificateFiles,
  cannotWrite,
  certificateMode,
  hasErrorCode,
  keyMode,
  makeDirectory,
  readText,
  syncDirectory,
  writeNewFile,
} from './files.ts';
import { readCertificate } from './inventory.ts';
import type { IssuedPair } from './issue.ts';
import type { Issuer } from './x509.ts';

/** An authority read from its folder. `pem`: its certificate file. */
export interface StoredIssuer extends Issuer {
  readonly pem: string;
}

/**
 * Writes the key first: a crash in between leaves a folder that `readIssuer` rejects. Throws `invalid` if either file
 * exists.
 */
export async function writeIssuer(root: string, files: CertificateFiles, pair: IssuedPair): Promise<void> {
  const written: string[] = [];
  try {
    await makeDirectory(root);
    written.push(...(await keepOutOfGit(root)));
    await writeNewFile(files.key, pair.key, keyMode);
    written.push(files.key);
    await writeNewFile(files.cert, pair.cert, certificateMode);
    written.push(files.cert);
    await syncDirectory(root);
  } catch (cause) {
    for (const path of written) await rm(path, { force: true });
    if (!hasErrorCode(cause, 'EEXIST')) throw cannotWrite(root, cause);
    const sentence = `${root} already has the key or certificate of an authority, which is never replaced: choose another folder.`;
    throw new SatsumaError('invalid', sentence, { cause });
  }
}

/** Excludes the folder from Git: an authority's key must not be committed. Returns the written files. */
async function keepOutOfGit(root: string): Promise<string[]> {
  const path = join(root, '.gitignore');
  return await writeNewFile(path, '*\n', certificateMode).then(
    () => [path],
    (error: unknown) => {
      if (hasErrorCode(error, 'EEXIST')) return [];
      throw error;
    },
  );
}

export function commonName({ certificate }: Pick<StoredIssuer, 'certificate'>): string {
  return String(certificate.subject.getField('CN')?.value ?? 'ca');
}

/** Throws `invalid` unless both files exist and match. */
export async function readIssuer(root: string, files: CertificateFiles): Promise<StoredIssuer> {
  const certificate = await readCertificate(
    files.cert,
    `There is no authority in ${root}: ca.pem is missing. Make one with: satsuma ca init --dir ${root}`,
  );
  const keyText = await readText(files.key, `${files.key} is missing: without its key an authority can issue nothing.`);
  const key = parseKey(files.key, keyText);
  if (!certificate.ca) throw new SatsumaError('invalid', `${files.cert} is not the certificate of an authority.`);
  if (!certificate.checkPrivateKey(key)) {
    throw new SatsumaError('invalid', `${files.key} is not the key that ${files.cert} was made for.`);
  }
  const pem = certificate.toString();
  return { pem, certificate: forge.pki.certificateFromPem(pem), key };
}

export function parseKey(path: string, pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // Handled below, without a cause: errors must not contain anything of a private key but its path.
  }
  throw new SatsumaError('invalid', `${path} is not an RSA key in PEM form without a passphrase.`);
}
