import { X509Certificate } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SatsumaError } from '../model/errors.ts';
import { type CertificateFiles, hasErrorCode, issuedFiles, readText } from './files.ts';
import { canonicalIpv6 } from './names.ts';
import type { CertificateKind } from './x509.ts';

/** `notAfter` is RFC 3339, `serial` hexadecimal, `fingerprint` SHA-256 in pairs with colons. */
export interface IssuedCertificate {
  kind: CertificateKind;
  name: string;
  hosts: string[];
  notAfter: string;
  serial: string;
  fingerprint: string;
  files: CertificateFiles;
}

/** All certificates in the subfolders, by name. Throws `invalid` if one is unreadable. */
export async function issuedIn(parent: string, kind: CertificateKind): Promise<IssuedCertificate[]> {
  const names = await namesIn(parent);
  return Promise.all(names.map((name) => describeCertificate(kind, name, issuedFiles(join(parent, name)))));
}

export async function describeCertificate(
  kind: CertificateKind,
  name: string,
  files: CertificateFiles,
): Promise<IssuedCertificate> {
  const certificate = await readCertificate(files.cert, `${files.cert} is missing.`);
  return describe(kind, name, certificate, files);
}

/** The same for a certificate that was already read. */
export function describePem(
  kind: CertificateKind,
  name: string,
  pem: string,
  files: CertificateFiles,
): IssuedCertificate {
  return describe(kind, name, new X509Certificate(pem), files);
}

function describe(
  kind: CertificateKind,
  name: string,
  certificate: X509Certificate,
  files: CertificateFiles,
): IssuedCertificate {
  return {
    kind,
    name,
    hosts: hostsOf(certificate),
    notAfter: new Date(certificate.validTo).toISOString(),
    serial: certificate.serialNumber,
    fingerprint: certificate.fingerprint256,
    files,
  };
}

/** Throws `invalid`; `missing` is the message for a missing file. */
export async function readCertificate(path: string, missing: string): Promise<X509Certificate> {
  const pem = await readText(path, missing);
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw new SatsumaError('invalid', `${path} is not a certificate in PEM form.`, { cause });
  }
}

/** Our hosts contain no comma or quote, so the text can be split. */
function hostsOf(certificate: X509Certificate): string[] {
  const names = certificate.subjectAltName?.split(', ') ?? [];
  return names.map((name) => {
    const host = name.slice(name.indexOf(':') + 1);
    return canonicalIpv6(host) ?? host;
  });
}

/** The sorted names of the issued certificates. Throws `invalid`. */
export async function namesIn(parent: string): Promise<string[]> {
  return (await directoriesIn(parent)).filter((name) => !name.startsWith('.')).sort();
}

async function directoriesIn(parent: string): Promise<string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw new SatsumaError('invalid', `${parent} cannot be listed.`, { cause: error });
  }
}
