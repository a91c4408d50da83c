import { createPrivateKey, hkdfSync } from 'node:crypto';

/** Derived from one secret: two keys, and the name of an unnamed installation. */
export interface LabelKey {
  readonly signing: Buffer;
  readonly encryption: Buffer;
  readonly installation: string;
}

const salt = 'satsuma labels';

/** HKDF with SHA-256 (RFC 5869): none of the three reveals the others, or the secret. */
export function deriveLabelKey(secret: Buffer): LabelKey {
  const derive = (purpose: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, salt, purpose, bytes));
  return {
    signing: derive('signing', 32),
    encryption: derive('encryption', 32),
    installation: derive('installation', 8).toString('hex'),
  };
}

/**
 * The secret in a file. For a private key in PEM it is the key in its canonical form, so that line breaks, and PKCS#1
 * or PKCS#8, make no difference.
 */
export function secretIn(file: string): Buffer {
  if (!file.includes('-----BEGIN')) return Buffer.from(file.trim());
  return createPrivateKey(file).export({ type: 'pkcs8', format: 'der' });
}
