import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { SatsumaError } from '../model/errors.ts';
import { type CertificateKind, type Issuer, signCertificate } from './x509.ts';

/** The requested content. `days` from now; a negative number creates an expired certificate. */
interface IssueRequest {
  readonly kind: CertificateKind;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly days: number;
}

/** PEM texts. */
export interface IssuedPair {
  readonly cert: string;
  readonly key: string;
}

/** The default validity. */
export const authorityDays = 3650;
export const leafDays = 730;

const generateKeys = promisify(generateKeyPair);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const maxDays = 36_500;

/** A certificate for an existing key, in PEM. Throws `invalid`. */
export function certifyKey(request: IssueRequest, key: KeyObject, issuer: Issuer): string {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  return signCertificate({ ...request, ...validityOf(request.days, issuer) }, publicKey, issuer);
}

/** A new RSA key. */
export async function generateKey(): Promise<KeyObject> {
  return (await generateKeys('rsa', { modulusLength: 2048 })).privateKey;
}

/** A new RSA key with its certificate, signed by `issuer`, or self-signed without one. Throws `invalid`. */
export async function issuePair(request: IssueRequest, issuer?: Issuer): Promise<IssuedPair> {
  const validity = validityOf(request.days, issuer);
  const { publicKey, privateKey } = await generateKeys('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const signer = issuer ?? { key: createPrivateKey(privateKey) };
  return { cert: signCertificate({ ...request, ...validity }, publicKey, signer), key: privateKey };
}

function validityOf(days: number, issuer: Issuer | undefined): { notBefore: Date; notAfter: Date } {
  if (!Number.isFinite(days) || days === 0 || Math.abs(days) > maxDays) {
    throw new SatsumaError('invalid', `"days" must be a number up to ${maxDays}, got ${days}.`);
  }
  const now = Date.now();
  const issuerEnd = issuer?.certificate.validity.notAfter.getTime() ?? Number.POSITIVE_INFINITY;
  if (issuerEnd <= now) {
    const when = new Date(issuerEnd).toISOString();
    throw new SatsumaError(
      'invalid',
      `The authority's own certificate expired at ${when}: nothing it signs is trusted.`,
    );
  }
  // A certificate that outlives its authority is useless, and its date would be misleading.
  const notAfter = Math.min(now + days * dayMs, issuerEnd);
  // One hour earlier, for hosts whose clocks are behind.
  const notBefore = Math.min(now, notAfter) - hourMs;
  return { notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
}
