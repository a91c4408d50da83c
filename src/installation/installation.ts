import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { LabelKey } from './label-keys.ts';

export type Labels = Readonly<Record<string, string>>;

const prefix = 'satsuma.';
export const signatureLabel = `${prefix}signature`;

/** The version of the signature's form, and of the encryption's. */
const version = '1';
const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Who writes labels: a name that all servers on one store share, and the keys by which they know their own labels. */
export class Installation {
  /** What is written to labels. */
  readonly name: string;
  readonly #names: ReadonlySet<string>;
  readonly #first: LabelKey;
  readonly #keys: readonly LabelKey[];

  /** The first key signs and encrypts; all are believed. Without a name the installation is known by its keys. */
  constructor(keys: readonly [LabelKey, ...LabelKey[]], name?: string) {
    const [first] = keys;
    this.name = name ?? first.installation;
    this.#names = new Set(name === undefined ? keys.map(({ installation }) => installation) : [name]);
    this.#first = first;
    this.#keys = keys;
  }

  isOwn(name: string): boolean {
    return this.#names.has(name);
  }

  /** The labels and their signature, which is of all that are Satsuma's. */
  sign(labels: Labels): Record<string, string> {
    return { ...labels, [signatureLabel]: `${version}.${signatureOf(labels, this.#first).toString('base64url')}` };
  }

  isSignedByUs(labels: Labels): boolean {
    const [form, text = ''] = (labels[signatureLabel] ?? '').split('.');
    const signature = Buffer.from(text, 'base64url');
    if (form !== version || signature.length !== 32) return false;
    return this.#keys.some((key) => timingSafeEqual(signature, signatureOf(labels, key)));
  }

  /** `context` is what the text belongs to: it cannot be read as if it belonged to anything else. */
  encrypt(text: string, context: string): string {
    const nonce = randomBytes(nonceBytes);
    const encryption = createCipheriv(cipher, this.#first.encryption, nonce).setAAD(Buffer.from(context));
    const bytes = Buffer.concat([encryption.update(text, 'utf8'), encryption.final()]);
    return `${version}.${Buffer.concat([nonce, encryption.getAuthTag(), bytes]).toString('base64url')}`;
  }

  /** Undefined: it was not encrypted by this installation for that context. */
  decrypt(encrypted: string, context: string): string | undefined {
    const [form, text = ''] = encrypted.split('.');
    const bytes = Buffer.from(text, 'base64url');
    if (form !== version || bytes.length < nonceBytes + tagBytes) return undefined;
    for (const key of this.#keys) {
      const decrypted = decryptWith(key, bytes, context);
      if (decrypted !== undefined) return decrypted;
    }
    return undefined;
  }
}

/** Of the labels by name, so that their order, which an engine does not keep, says nothing. */
function signatureOf(labels: Labels, { signing }: LabelKey): Buffer {
  const signed = Object.entries(labels).filter(([name]) => name.startsWith(prefix) && name !== signatureLabel);
  signed.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac('sha256', signing).update(JSON.stringify(signed)).digest();
}

function decryptWith({ encryption }: LabelKey, bytes: Buffer, context: string): string | undefined {
  const decryption = createDecipheriv(cipher, encryption, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decryption.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    const text = decryption.update(bytes.subarray(nonceBytes + tagBytes));
    return Buffer.concat([text, decryption.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
