import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** The version of the format. */
const version = '1';
const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts texts with AES-256-GCM. The first key encrypts; all of them decrypt. Keys have 32 bytes. */
export class SecretBox {
  readonly #keys: readonly [Buffer, ...Buffer[]];

  constructor(keys: readonly [Buffer, ...Buffer[]]) {
    this.#keys = keys;
  }

  /** `context` names the owner of the text, and must be equal for decryption. */
  encrypt(text: string, context: string): string {
    const nonce = randomBytes(nonceBytes);
    const encryption = createCipheriv(cipher, this.#keys[0], nonce).setAAD(Buffer.from(context));
    const bytes = Buffer.concat([encryption.update(text, 'utf8'), encryption.final()]);
    return `${version}.${Buffer.concat([nonce, encryption.getAuthTag(), bytes]).toString('base64url')}`;
  }

  /** Undefined: it was encrypted with another key or for another context. */
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

function decryptWith(key: Buffer, bytes: Buffer, context: string): string | undefined {
  const decryption = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decryption.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    const text = decryption.update(bytes.subarray(nonceBytes + tagBytes));
    return Buffer.concat([text, decryption.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
