import { timingSafeEqual } from 'node:crypto';
import { type DigestHashes, digestHashes } from './digest/digest.ts';

const longest = 1_024;

interface BasicFields {
  readonly user: string;
  readonly password: string;
}

/** Parses RFC 7617 credentials. Undefined: another scheme, or invalid. */
export function parseBasic(authorization: string): BasicFields | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? [];
  if (encoded === undefined || encoded.length > longest) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 1 ? undefined : { user: text.slice(0, at), password: text.slice(at + 1) };
}

/** Whether the password matches the hash of that realm. Takes the same time for a missing user. */
export function isPassword({ user, password }: BasicFields, realm: string, kept: DigestHashes | undefined): boolean {
  const expected = Buffer.from(digestHashes(user, realm, password).sha256);
  const known = Buffer.from(kept?.sha256 ?? '0'.repeat(64));
  return known.length === expected.length && timingSafeEqual(known, expected) && kept !== undefined;
}
