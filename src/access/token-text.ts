import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Recognizable by secret scanners. */
const prefix = 'satsuma_';
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const secretBytes = 32;
/** Letters of 62 for 256 bits, and for 32 bits. */
const secretLetters = 43;
const checksumLetters = 6;
const form = new RegExp(`^${prefix}[0-9A-Za-z]{${secretLetters + checksumLetters}}$`);

/** `satsuma_`, 256 random bits, and a checksum, so that scanners and typos are detected. */
export function makeToken(): string {
  const body = prefix + base62(BigInt(`0x${randomBytes(secretBytes).toString('hex')}`), secretLetters);
  return body + checksumOf(body);
}

/** Of a token that is nobody's here; what to do about it differs by client. */
export const invalidToken =
  'the token is not valid: it has expired, was revoked, belongs to another server or is mistyped';

/** Whether it has the format of a token, of any installation. */
export function isTokenText(text: string): boolean {
  return form.test(text) && checksumOf(text.slice(0, -checksumLetters)) === text.slice(-checksumLetters);
}

/**
 * The stored hash of a token. One round of SHA-256 suffices: slow hashes protect guessable passwords, while 256 random
 * bits cannot be guessed. So each request takes microseconds.
 */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function checksumOf(text: string): string {
  return base62(BigInt(crc32(text)), checksumLetters);
}

function base62(value: bigint, letters: number): string {
  let text = '';
  for (let rest = value; text.length < letters; rest /= 62n) text = (alphabet[Number(rest % 62n)] ?? '') + text;
  return text;
}
