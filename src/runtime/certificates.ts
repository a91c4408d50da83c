import { X509Certificate } from 'node:crypto';
import type { CertificateFacts } from '../model/certificate.ts';

const pemBlock = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
/** The limit per bundle; further certificates are ignored, as in a bundle of public authorities. */
const maxInBundle = 200;

/** All certificates of a PEM bundle. Throws if one is invalid. */
export function certificatesIn(pem: string | Buffer): X509Certificate[] {
  const blocks = pem.toString().match(pemBlock) ?? [];
  return blocks.slice(0, maxInBundle).map((block) => new X509Certificate(block));
}

/** `authorities`: the trusted issuers. */
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

/** Compares keys, not only names: two authorities may have the same name. */
export function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}
