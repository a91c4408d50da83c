import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** What scanners for secrets look for. */
const prefix = 'satsuma_';
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const secretBytes = 32;
/** So many letters of 62 hold 256 bits; and 32 bits. */
const secretLetters = 43;
const checksumLetters = 6;
const form = new RegExp(`^${prefix}[0-9A-Za-z]{${secretLetters + checksumLetters}}$`);

/** `satsuma_`, 256 random bits, and a checksum, so that a scanner, or a look at it, tells a token from what is none. */
export function makeToken(): string {
  const body = prefix + base62(BigInt(`0x${randomBytes(secretBytes).toString('hex')}`), secretLetters);
  return body + checksumOf(body);
}

/** Whether it is a token at all, of whichever installation. */
export function isTokenText(text: string): boolean {
  return form.test(text) && checksumOf(text.slice(0, -checksumLetters)) === text.slice(-checksumLetters);
}

/**
 * What is kept of a token. One round of SHA-256 is enough: it is slow hashes that passwords need, because they can be guessed;
 * nobody guesses 256 random bits. So each request costs microseconds.
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
