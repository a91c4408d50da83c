import { X509Certificate } from 'node:crypto';
import type { CertificateDates } from '../model/certificate.ts';

/** The dates of the first certificate in PEM. */
export function datesOf(name: string, pem: string | Buffer): CertificateDates {
  return { name, notAfter: new Date(new X509Certificate(pem).validTo).toISOString() };
}
