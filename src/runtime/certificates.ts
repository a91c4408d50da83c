import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../model/certificate.ts';

const pemBlock = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
/** Of a bundle. Whoever has more trusts the world, and is not told about each. */
const mostInBundle = 200;

/** Every certificate of a bundle in PEM. Throws for one that is none. */
export function certificatesIn(pem: string | Buffer): X509Certificate[] {
  const blocks = pem.toString().match(pemBlock) ?? [];
  return blocks.slice(0, mostInBundle).map((block) => new X509Certificate(block));
}

/** `authorities`: whose certificates are believed. */
export function factsOf(
  name: string,
  certificate: X509Certificate,
  authorities: readonly X509Certificate[],
): CertificateFacts {
  const signer = authorities.find((each) => isSignedBy(certificate, each));
  return {
    name,
    notAfter: new Date(certificate.validTo).toISOString(),
    fingerprint: fingerprintOf(certificate),
    ...(signer && { authority: fingerprintOf(signer) }),
  };
}

/** By its key and not by its name: two authorities may have one name. */
export function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}
